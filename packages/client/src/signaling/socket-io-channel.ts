import { probeTimeoutMs } from "../negotiation/time-constants.js";
import {
  readServerEvent,
  serverEventNames,
  type ClientEventName,
  type ClientInput,
  type Reply,
  type ServerEventName,
} from "@sig/protocol/page";
import { SocketReconnection } from "./socket-reconnection.js";
import { sharedBy, type SharedSocket } from "./shared-socket.js";
import type { SocketUser } from "./joins-on-connect.js";
import { SignalingError } from "../errors.js";
import type { Settings } from "../options.js";
import type { ChannelListener, ServerMessage, SignalingChannel } from "./signaling-channel.js";
import type { Socket } from "./socket-io.js";

/** Everything that arrives, and the end of a connection. */
const managerEvents = ["packet", "close"] as const;

/** Signaling over a Socket.IO connection that belongs to the application, and that other managers may share. */
export class SocketIoChannel implements SignalingChannel, SocketUser {
  readonly #socket: Socket;
  readonly #shared: SharedSocket;
  readonly #logger: Settings["logger"];
  readonly #prefix: string;
  readonly #reconnection: SocketReconnection;
  #handlers: Record<string, (arg: unknown) => void> = {};
  #listener: ChannelListener | undefined;
  #roomName = "";
  declare problem: Error | undefined;
  /** How many events and acks have arrived. */
  #received = 0;
  /** Whether the server answers with acks: a server of the base protocol may not. */
  #acks = false;
  #probing = false;

  constructor(socket: Socket, settings: Pick<Settings, "clock" | "eventPrefix" | "logger" | "recovery">) {
    this.#socket = socket;
    this.#shared = sharedBy(socket);
    this.#logger = settings.logger;
    this.#prefix = settings.eventPrefix;
    this.#reconnection = new SocketReconnection(socket, settings);
  }

  get connected(): boolean {
    return this.#socket.connected;
  }

  reserve(room: string): void {
    const { rooms } = this.#shared;
    // The server would take the second join for a repetition of the first, and end the first one's membership.
    if (rooms.has(room))
      throw new SignalingError(
        "INVALID_STATE",
        "Another PeerManager is in this room over this socket: give each its own.",
      );
    rooms.set(room, this);
    this.#roomName = room;
  }

  open(listener: ChannelListener): void {
    this.#listener = listener;
    this.#handlers = {
      connect: () => {
        this.problem = undefined;
        this.#reconnection.connected();
        listener.connected();
      },
      connect_error: (error) => {
        this.problem = error instanceof Error ? error : new Error(String(error));
        this.#reconnection.failed(this.problem);
      },
      disconnect: (reason) => {
        this.#shared.disconnected();
        this.#reconnection.lost(reason);
        listener.disconnected();
      },
    };
    for (const event of serverEventNames) {
      this.#handlers[this.#prefix + event] = (raw) => {
        this.#received += 1;
        this.#read(event, raw);
      };
    }
    this.#addListeners();
    for (const event of managerEvents) this.#socket.io?.on?.(event, this.#checkLater);
    this.#reconnection.start();
  }

  send<Event extends ClientEventName>(event: Event, payload: ClientInput<Event>): void {
    // Socket.IO would queue it and send it, stale, after the next connect.
    if (this.#socket.connected) this.#socket.emit(this.#prefix + event, payload);
  }

  request<Event extends ClientEventName>(
    event: Event,
    payload: ClientInput<Event>,
    timeoutMs: number,
  ): Promise<Reply<Event>> {
    return new Promise((resolve, reject) => {
      const fail = (why: string): void => {
        reject(new SignalingError("TIMEOUT", `The signaling server ${why}.`, { retryable: true }));
      };
      if (!this.#socket.connected) fail("is not connected");
      else {
        this.#socket
          .timeout(timeoutMs)
          .emit(this.#prefix + event, payload, (timedOut: unknown, reply: Reply<Event>) => {
            if (timedOut != null) fail(`did not answer "${event}" within ${timeoutMs} ms`);
            else if (!isReply(reply)) resolve({ ok: true } as Reply<Event>);
            else {
              this.#received += 1;
              this.#acks = true;
              resolve(reply);
            }
          });
      }
    });
  }

  left(): Promise<void> {
    return this.#shared.left(this.#roomName);
  }

  join(payload: ClientInput<"createAndJoinRoom">, timeoutMs: number): Promise<Reply<"createAndJoinRoom">> {
    const reply = this.request("createAndJoinRoom", payload, timeoutMs);
    if (this.#socket.connected) this.#shared.joining(this.#roomName, this, reply);
    return reply;
  }

  joinOnConnect(joins: Record<string, ClientInput<"createAndJoinRoom">[]>): void {
    const join = this.#listener?.joinOnConnect();
    if (join !== undefined) (joins[`${this.#prefix}createAndJoinRoom`] ??= []).push(join);
  }

  takeAnswer(): boolean {
    return this.#shared.joinAnswered(this.#roomName) === this;
  }

  async exit(timeoutMs: number): Promise<void> {
    const answered = this.request("exit", { room: this.#roomName }, timeoutMs).catch(() => undefined);
    this.#shared.leaving(this.#roomName, answered);
    await answered;
  }

  wake(mayBeDead: boolean): void {
    if (!this.#socket.connected) this.#reconnection.connectNow();
    else if (mayBeDead && this.#acks && !this.#probing) void this.#probe();
  }

  move(): void {
    this.#reconnection.replace();
  }

  close(): void {
    this.#reconnection.stop();
    this.#listener = undefined;
    for (const event of managerEvents) this.#socket.io?.off?.(event, this.#checkLater);
    this.#removeListeners();
    this.#shared.rooms.delete(this.#roomName);
  }

  #addListeners(): void {
    for (const [event, handler] of Object.entries(this.#handlers)) this.#socket.on(event, handler);
  }

  #removeListeners(): void {
    for (const [event, handler] of Object.entries(this.#handlers)) this.#socket.off(event, handler);
  }

  /** Once Socket.IO has handled what has happened. */
  readonly #checkLater = (): void => void Promise.resolve().then(() => this.#checkListeners());

  /**
   * `socket.off("connect")`, in a cleanup of the application say, removes the listeners of everybody. What they have
   * missed since is unknown: the room is joined again.
   */
  #checkListeners(): void {
    const isThere = ([event, handler]: [string, unknown]): boolean =>
      this.#socket.listeners?.(event).includes(handler) !== false;
    if (this.#listener === undefined || Object.entries(this.#handlers).every(isThere)) return;
    this.#removeListeners();
    this.#addListeners();
    this.#handlers.disconnect?.("");
    if (this.connected) this.#handlers.connect?.("");
  }

  /** Asks for something useful after a sleep: ICE servers whose credentials have not expired. */
  async #probe(): Promise<void> {
    this.#probing = true;
    const before = this.#received;
    const reply = await this.request("iceServers", { room: this.#roomName }, probeTimeoutMs).catch(() => undefined);
    this.#probing = false;
    if (this.#listener === undefined) return;
    if (reply?.ok === true && reply.iceServers !== undefined) this.#read("iceServers", reply);
    else if (this.#received === before && this.#socket.connected) this.#reconnection.replace();
  }

  #read(event: ServerEventName, raw: unknown): void {
    if (event === "notices") {
      for (const notice of readServerEvent(event, raw)?.notices ?? [])
        if (notice.event !== (event as string) && serverEventNames.includes(notice.event))
          this.#read(notice.event, notice.payload);
      return;
    }
    const payload = readServerEvent(event, raw);
    if (payload !== undefined) {
      // A server that names features acknowledges; its answer to a join on connect comes before its first ack.
      this.#acks ||= "features" in payload;
      this.#listener?.message({ event, payload } as ServerMessage);
      // Without our room it may be an event of the application itself.
    } else if (roomIn(raw) === this.#roomName)
      this.#logger?.warn("Dropped an invalid message of the server", { event });
  }
}

/** Undefined also for a value of another parser than JSON's that throws when it is read. */
function roomIn(raw: unknown): unknown {
  try {
    return (raw as { room?: unknown }).room;
  } catch {
    return undefined;
  }
}

/**
 * On a namespace that both use, a handler of the application for the same event may answer before the service does.
 * Then the service's own answer is lost: it has read the event, and a join is answered by `created` as well.
 */
function isReply(answer: unknown): boolean {
  return typeof (answer as { ok?: unknown } | null | undefined)?.ok === "boolean";
}
