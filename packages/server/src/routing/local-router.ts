import { type ServerEventName, type ServerInput } from "@sig/protocol";
import { type Clock } from "../clock.js";
import { type OutboundQueues } from "../outbound-queues.js";
import { forwarding } from "../parser/forwarding.js";
import { type Socket } from "../socket-io.js";
import { GatheredNotices } from "./gathered-notices.js";
import { type NoticeEvent } from "./notice-list.js";
import { type Address, type Router } from "./router.js";

/** What is kept back for one socket, and how many callers of `hold` have not released it yet. */
interface Held {
  holders: number;
  /** The rooms that it has not become a member of. */
  readonly foreign: Set<string>;
  readonly deliveries: { readonly room: string | undefined; readonly run: () => void }[];
}

/** The router of a single node: it delivers to the sockets that are connected here, those of devices among them. */
export class LocalRouter implements Router {
  readonly #connections: ReadonlyMap<string, { readonly socket: Socket }>;
  readonly #onFault: (cause: unknown) => void;
  readonly #outbound: Pick<OutboundQueues, "count"> | undefined;
  readonly #eventPrefix: string;
  /** Names with the prefix, joined once each. */
  readonly #names: Partial<Record<ServerEventName, string>> = {};
  readonly #held = new Map<string, Held>();
  readonly #notices: GatheredNotices;

  /**
   * @param connections the connections of this node, by their id
   * @param clock for notices that are gathered
   * @param onFault called with what a socket throws
   * @param outbound counts what is sent; absent if nothing is counted
   * @param eventPrefix put before the name of each event
   */
  constructor(
    connections: ReadonlyMap<string, { readonly socket: Socket }>,
    clock: Clock,
    onFault: (cause: unknown) => void,
    outbound?: Pick<OutboundQueues, "count">,
    eventPrefix = "",
  ) {
    this.#connections = connections;
    this.#onFault = onFault;
    this.#outbound = outbound;
    this.#eventPrefix = eventPrefix;
    this.#notices = new GatheredNotices(clock, (to, event, payload) => this.#emitToMany(to, event, payload));
  }

  deliver<Event extends ServerEventName>(to: Address, event: Event, payload: ServerInput<Event>): void {
    const connection = this.#connections.get(to.session);
    if (connection === undefined) return;
    // Nothing is held on a node whose roster is in memory: the relay pays for a look at a number.
    const held = this.#held.size === 0 ? undefined : this.#held.get(to.session);
    if (held === undefined) this.reply(connection.socket, event, payload);
    else {
      const room = "room" in payload ? payload.room : undefined;
      held.deliveries.push({ room, run: () => this.reply(connection.socket, event, payload) });
    }
  }

  notify<Event extends NoticeEvent>(to: Address, event: Event, payload: ServerInput<Event>): void {
    const connection = this.#connections.get(to.session);
    if (connection === undefined) return;
    if (this.#held.has(to.session)) this.deliver(to, event, payload);
    else this.#notices.add(connection.socket, event, payload);
  }

  reply<Event extends ServerEventName>(to: Socket, event: Event, payload: ServerInput<Event>): void {
    this.#notices.flush(to);
    this.#emit(to, event, payload);
  }

  flush(to: Socket): void {
    this.#notices.flush(to);
  }

  /** Sends what others get too, the same object, and tells the parser if it can be the same text. */
  #emitToMany<Event extends ServerEventName>(to: Socket, event: Event, payload: ServerInput<Event>): void {
    // A listener for outgoing packets may change what this socket gets.
    if (forwarding.on && to.listenersAnyOutgoing?.().length === 0) forwarding.shared = payload;
    this.#emit(to, event, payload);
    forwarding.shared = undefined;
  }

  #emit<Event extends ServerEventName>(to: Socket, event: Event, payload: ServerInput<Event>): void {
    try {
      const name = this.#eventPrefix === "" ? event : (this.#names[event] ??= this.#eventPrefix + event);
      if (this.#outbound === undefined) to.emit(name, payload);
      else this.#outbound.count(() => to.emit(name, payload));
    } catch (cause) {
      // The application's listener for outgoing packets may throw: the other members must be notified all the same.
      this.#onFault(cause);
    }
  }

  hold(session: string, room: string): (isMember: boolean) => void {
    const held = this.#held.get(session) ?? { holders: 0, foreign: new Set(), deliveries: [] };
    this.#held.set(session, held);
    held.holders += 1;
    return (isMember) => {
      if (isMember) held.foreign.delete(room);
      else held.foreign.add(room);
      held.holders -= 1;
      if (held.holders > 0) return;
      this.#held.delete(session);
      for (const delivery of held.deliveries)
        if (delivery.room === undefined || !held.foreign.has(delivery.room)) delivery.run();
    };
  }
}
