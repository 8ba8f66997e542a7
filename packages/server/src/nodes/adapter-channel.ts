import { MessageBatches } from "./message-batches.js";
import { type NodeChannel } from "./node-channel.js";
import { type NodeMessage } from "./node-message.js";

/** What is used of a namespace to exchange events with the same namespace on other servers. */
export interface ServerSideEvents {
  serverSideEmit(event: string, ...args: unknown[]): unknown;
  on(event: string, listener: (...args: unknown[]) => void): unknown;
  off(event: string, listener: (...args: unknown[]) => void): unknown;
  /** Absent: a listener that the application removes with its own is gone for good. */
  listeners?(event: string): readonly unknown[];
}

interface Receiver {
  /** JSON that nobody has validated. */
  onMessage(message: unknown): void;
  onFault(cause: unknown): void;
}

/**
 * The channel of a node whose roster has no `send`: the namespace's adapter, through `serverSideEmit`. An adapter sends
 * such an event to every other server. So it is named after its receiver: no other node listens to that name, and
 * Socket.IO drops it there unread. Messages are one text of JSON, which every adapter carries unchanged: some encode
 * objects in ways that have no `undefined`, or more types than JSON.
 */
export class AdapterChannel implements NodeChannel {
  readonly #events: ServerSideEvents;
  readonly #service: string;
  readonly #ownEvent: string;
  readonly #batches: MessageBatches;
  #listener: ((...args: unknown[]) => void) | undefined;

  /**
   * @param events of the namespace whose adapter is used
   * @param service names the service on every node, among all that use this namespace
   * @param node the name of this node
   */
  constructor(events: ServerSideEvents, service: string, node: string) {
    this.#events = events;
    this.#service = service;
    this.#ownEvent = this.#eventOf(node);
    // Async: it rejects where the adapter throws.
    this.#batches = new MessageBatches(async (receiver, messages) => {
      events.serverSideEmit(this.#eventOf(receiver), `[${messages.join(",")}]`);
      return Promise.resolve();
    });
  }

  /** Resolves when the adapter has the message; adapters do not report whether they could send it. */
  send(node: string, message: NodeMessage): Promise<unknown> {
    return this.#batches.add(node, message);
  }

  /** Receives what other nodes send, until `close`. */
  open(receiver: Receiver): void {
    this.#listener = (...args) => receive(args, receiver);
    this.#events.on(this.#ownEvent, this.#listener);
  }

  /** Listens again if the application has removed the listener with its own, by `removeAllListeners` say. */
  restore(): void {
    const listener = this.#listener;
    if (listener === undefined || this.#events.listeners?.(this.#ownEvent).includes(listener) !== false) return;
    this.#events.on(this.#ownEvent, listener);
  }

  close(): void {
    if (this.#listener !== undefined) this.#events.off(this.#ownEvent, this.#listener);
    this.#listener = undefined;
  }

  /** No two services and nodes have the same, and none is one of Socket.IO's own names, which it rejects. */
  #eventOf(node: string): string {
    return `sig:${JSON.stringify([this.#service, node])}`;
  }
}

/** Never throws: most adapters would let that end the process. */
function receive([text]: readonly unknown[], receiver: Receiver): void {
  let messages: unknown;
  try {
    messages = typeof text === "string" ? JSON.parse(text) : undefined;
  } catch {
    // Reported below.
  }
  if (Array.isArray(messages)) for (const message of messages) receiver.onMessage(message);
  else receiver.onFault(new Error("Ignored an event for this node that came through the adapter: it is malformed."));
}
