import { bindEvent } from "./bind-event.js";
import { connectionId } from "./connection-id.js";
import { type Context, type Core } from "./core.js";
import { cutOff, reportCutOff } from "./cut-off.js";
import { iceServers } from "./handlers/ice-servers.js";
import { joinRoom } from "./handlers/join-room.js";
import { leaveRoom } from "./handlers/leave-room.js";
import { message } from "./handlers/message.js";
import { metadata } from "./handlers/metadata.js";
import { recordLeaving } from "./handlers/record-leaving.js";
import { relay } from "./handlers/relay.js";
import { type Connection } from "./membership.js";
import { disconnect } from "./presence.js";
import { type Socket } from "./socket-io.js";
import { SocketListeners } from "./socket-listeners.js";
import { tracedHandlers, type TracedHandlers } from "./tracing/traced-handlers.js";

/** The handlers of the events that can be traced. */
const handlers: TracedHandlers = {
  createAndJoinRoom: joinRoom,
  offer: relay("offer"),
  answer: relay("answer"),
  candidate: relay("candidate"),
  message,
};

/**
 * Adds the listeners to one socket.
 * @param onDisconnect called when the socket has disconnected
 * @returns a function that removes the listeners
 */
export function serveSocket(
  core: Core,
  socket: Socket,
  { graceMs, authorize }: Pick<Connection, "graceMs" | "authorize">,
  onDisconnect: () => void,
): () => void {
  const connection: Connection = {
    id: connectionId(socket),
    socket,
    graceMs,
    memberships: new Map(),
    pendingJoins: new Map(),
    limiter: core.rateLimiters?.open(socket.conn),
    authorize,
    questions: new Set(),
    cutOff: undefined,
    ended: (reason) => {
      if (reason === "flood" || reason === "slow-reader") reportCutOff(context, reason);
      unbind();
      onDisconnect();
      disconnect(core, connection, reason);
    },
    restoreListeners: () => listeners.restore(),
  };
  core.connections.set(connection.id, connection);
  const context: Context = { core, connection };
  const { tracer } = core.settings;
  // Decided once for each socket: the relay pays nothing for a tracer that is not there.
  const handle = tracer === undefined ? handlers : tracedHandlers(tracer, handlers);
  const listeners = new SocketListeners(socket, [
    bindEvent(context, "createAndJoinRoom", handle.createAndJoinRoom),
    bindEvent(context, "offer", handle.offer),
    bindEvent(context, "answer", handle.answer),
    bindEvent(context, "candidate", handle.candidate),
    bindEvent(context, "exit", leaveRoom),
    bindEvent(context, "leaving", recordLeaving),
    bindEvent(context, "message", handle.message),
    bindEvent(context, "metadata", metadata),
    bindEvent(context, "iceServers", iceServers),
    ["disconnect", connection.ended],
  ]);
  const stopWatching = core.outbound.watch(socket.conn, (closes) => {
    if (closes) reportCutOff(context, "slow-reader");
    else cutOff(context, "slow-reader");
  });
  const unbind = (): void => {
    stopWatching();
    listeners.remove();
    if (connection.limiter !== undefined) core.rateLimiters?.close(connection.limiter);
  };
  return unbind;
}
