import { type ServerEventName, type ServerInput } from "@sig/protocol";
import { type NodeMessage } from "../nodes/node-message.js";
import { type Socket } from "../socket-io.js";
import { type NoticeEvent } from "./notice-list.js";
import { type Address, type Router } from "./router.js";

/**
 * The router of one of several nodes: an event for a socket of this node goes straight to it, and for any other to the
 * node of that socket and nowhere else.
 */
export class NodeRouter implements Router {
  readonly #local: Router;
  readonly #node: string;
  readonly #send: (node: string, message: NodeMessage) => void;

  /**
   * @param local of the sockets of this node
   * @param node the name of this node
   * @param send must not throw
   */
  constructor(local: Router, node: string, send: (node: string, message: NodeMessage) => void) {
    this.#local = local;
    this.#node = node;
    this.#send = send;
  }

  deliver<Event extends ServerEventName>(to: Address, event: Event, payload: ServerInput<Event>): void {
    const { node, session } = to;
    if (node === this.#node || node === undefined) this.#local.deliver(to, event, payload);
    else this.#send(node, { kind: "deliver", session, event, payload });
  }

  notify<Event extends NoticeEvent>(to: Address, event: Event, payload: ServerInput<Event>): void {
    if (to.node === this.#node) this.#local.notify(to, event, payload);
    else this.deliver(to, event, payload);
  }

  reply<Event extends ServerEventName>(to: Socket, event: Event, payload: ServerInput<Event>): void {
    this.#local.reply(to, event, payload);
  }

  flush(to: Socket): void {
    this.#local.flush(to);
  }

  hold(session: string, room: string): (isMember: boolean) => void {
    return this.#local.hold(session, room);
  }
}
