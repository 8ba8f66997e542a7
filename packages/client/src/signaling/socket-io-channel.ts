import { read, type ClientEventName, type ClientInput, type Reply, type ServerEventName } from "@sig/protocol";
import { SignalingError } from "../errors.js";
import { serverEvents } from "./relayed.js";
import type { Settings } from "../options.js";
import { SocketReconnection } from "./socket-reconnection.js";
import type { ChannelListener, ServerMessage, SignalingChannel } from "./signaling-channel.js";
import { sharedBy, type Socket } from "./socket-io.js";

export type { Socket } from "./socket-io.js";

/** A connection that is asked whether it lives and says nothing for this long does not. */
const probeTimeoutMs = 3000;

/** Signaling over a Socket.IO connection that belongs to the app, and that other managers may share. */
export class SocketIoChannel implements SignalingChannel {
  readonly #socket: Socket;
  readonly #logger: Settings["logger"];
  readonly #reconnection: SocketReconnection;
  #handlers: Record<string, (arg: unknown) => void> = {};
  #listener: ChannelListener | undefined;
  #room: string | undefined;
  #problem: Error | undefined;
  /** How much was heard of the server; acks count. */
  #heard = 0;
  /** Whether the server answers with acks: a seed protocol's server may not. */
  #acks = false;
  #probing = false;

  constructor(socket: Socket, settings: Pick<Settings, "clock" | "logger" | "recovery">) {
    this.#socket = socket;
    this.#logger = settings.logger;
    this.#reconnection = new SocketReconnection(socket, settings);
  }

  get connected(): boolean {
    return this.#socket.connected;
  }

  get problem(): Error | undefined {
    return this.#problem;
  }

  reserve(room: string): void {
    const { rooms } = sharedBy(this.#socket);
    // To the server the second join would be one more of the first: it would end the first one's stay.
    if (rooms.has(room))
      throw new SignalingError(
        "INVALID_STATE",
        "Another PeerManager is in this room over the same socket: give each its own.",
      );
    rooms.add(room);
    this.#room = room;
  }

  open(listener: ChannelListener): void {
    this.#listener = listener;
    this.#handlers = {
      connect: () => {
        this.#problem = undefined;
        this.#reconnection.connected();
        listener.up();
      },
      connect_error: (error) => {
        this.#problem = error instanceof Error ? error : new Error(String(error));
        this.#reconnection.failed(this.#problem);
      },
      disconnect: (reason) => {
        this.#reconnection.lost(reason);
        listener.down();
      },
    };
    for (const event of Object.keys(serverEvents()) as ServerEventName[]) {
      this.#handlers[event] = (raw) => {
        this.#heard += 1;
        this.#read(event, raw);
      };
    }
    for (const [event, handler] of Object.entries(this.#handlers)) this.#socket.on(event, handler);
    this.#reconnection.start();
  }

  send<Event extends ClientEventName>(event: Event, payload: ClientInput<Event>): void {
    // Socket.IO would keep it and send it, stale, after the next connect.
    if (this.#socket.connected) this.#socket.emit(event, payload);
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
        this.#socket.timeout(timeoutMs).emit(event, payload, (timedOut: unknown, reply: Reply<Event>) => {
          if (timedOut != null) fail(`did not answer "${event}" within ${String(timeoutMs)} ms`);
          else {
            this.#heard += 1;
            this.#acks = true;
            resolve(reply);
          }
        });
      }
    });
  }

  wake(mayBeDead: boolean): void {
    if (!this.#socket.connected) this.#reconnection.hurry();
    else if (mayBeDead && this.#acks && !this.#probing) void this.#probe();
  }

  close(): void {
    this.#reconnection.stop();
    this.#listener = undefined;
    for (const [event, handler] of Object.entries(this.#handlers)) this.#socket.off(event, handler);
    if (this.#room !== undefined) sharedBy(this.#socket).rooms.delete(this.#room);
    this.#room = undefined;
  }

  /** Asks for what is useful after a sleep: ICE servers whose credentials have not expired. */
  async #probe(): Promise<void> {
    this.#probing = true;
    const before = this.#heard;
    const reply = await this.request("iceServers", { room: this.#room }, probeTimeoutMs).catch(() => undefined);
    this.#probing = false;
    if (this.#listener === undefined) return;
    if (reply?.ok === true && reply.iceServers !== undefined) this.#read("iceServers", reply);
    else if (this.#heard === before && this.#socket.connected) this.#reconnection.bury();
  }

  #read(event: ServerEventName, raw: unknown): void {
    const payload = read(serverEvents()[event], raw);
    if (payload === undefined) this.#logger?.warn("The server sent what the protocol does not know", { event });
    else this.#listener?.message({ event, payload } as ServerMessage);
  }
}
