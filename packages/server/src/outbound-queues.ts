import { SharedListeners } from "./shared-listeners.js";
import { none, without } from "./short-list.js";
import { type EngineConnection } from "./socket-io.js";

/** A socket of a connection that is watched. */
export interface Reader {
  /** Too much waits for it; `closes` if the whole connection is about to be closed. */
  onOverflow(closes: boolean): void;
}

/**
 * Counts the bytes that wait to be sent on each connection, for readers that answer pings and read nothing. Only what
 * this library sends counts against the bound; what an application sends over the same connection is its own affair.
 *
 * Engine.IO hands its packets to the transport in batches, one at a time: the next one when the operating system has
 * taken the last one. It emits `packetCreate` for each packet, and `drain` when it hands a batch over.
 */
export class OutboundQueues {
  /** The bound for each connection; a packet more may wait. */
  readonly maxBytes: number;
  /** The queue of a connection that has ended goes with it. */
  readonly #queues = new WeakMap<EngineConnection, OutboundQueue>();
  readonly #listeners: SharedListeners<EngineConnection>;
  #counting = false;

  constructor(maxBytes: number) {
    this.maxBytes = maxBytes;
    const queues = this.#queues;
    const onPacket = this.#onPacket.bind(this);
    const onDrain = this.#onDrain.bind(this);
    function packetCreate(this: EngineConnection, packet: unknown): void {
      const queue = queues.get(this);
      if (queue !== undefined) onPacket(queue, packet);
    }
    function drain(this: EngineConnection): void {
      const queue = queues.get(this);
      if (queue !== undefined) onDrain(queue);
    }
    this.#listeners = new SharedListeners<EngineConnection>([
      ["packetCreate", packetCreate],
      ["drain", drain],
    ]);
  }

  /** Runs a function that sends: the packets that are made meanwhile are this library's. */
  count(send: () => void): void {
    const outer = this.#counting;
    this.#counting = true;
    try {
      send();
    } finally {
      this.#counting = outer;
    }
  }

  /**
   * Watches a connection for one of its sockets.
   *
   * @param connection nothing is counted for one without events, which is not Engine.IO's
   */
  watch(connection: Partial<EngineConnection> | undefined, reader: Reader): void {
    if (!isEngineConnection(connection)) return;
    let queue = this.#queues.get(connection);
    if (queue === undefined) {
      queue = new OutboundQueue(connection);
      this.#queues.set(connection, queue);
      this.#listeners.add(connection);
    }
    queue.readers = queue.readers.concat(reader);
  }

  /** The connection is watched no longer for this socket. */
  unwatch(connection: Partial<EngineConnection> | undefined, reader: Reader): void {
    if (!isEngineConnection(connection)) return;
    const queue = this.#queues.get(connection);
    if (queue === undefined) return;
    queue.readers = without(queue.readers, reader);
    // While something waits the count goes on: the client may come back over the same connection.
    if (queue.readers.length === 0 && queue.ours === 0) this.#end(queue);
  }

  #onPacket(queue: OutboundQueue, packet: unknown): void {
    const size = sizeOf(packet);
    if (!this.#counting) {
      queue.others += size;
      return;
    }
    const waiting = queue.ours;
    queue.ours += size;
    // If nothing waited before, the transport may be idle, and what it was handed last has left long ago.
    if (waiting > 0 && waiting + size + queue.oursHandedOver > this.maxBytes) queue.report();
  }

  #onDrain(queue: OutboundQueue): void {
    queue.oursHandedOver = queue.ours;
    queue.othersHandedOver = queue.others;
    queue.ours = 0;
    queue.others = 0;
    if (queue.readers.length === 0) this.#end(queue);
  }

  #end({ connection }: OutboundQueue): void {
    this.#listeners.remove(connection);
    this.#queues.delete(connection);
  }
}

/** The bytes that wait on one connection. There is one for each client: it is kept small. */
class OutboundQueue {
  readonly connection: EngineConnection;
  /** Bytes that have not been handed to the transport. */
  ours = 0;
  others = 0;
  /** Those of the last batch that it was handed. */
  oursHandedOver = 0;
  othersHandedOver = 0;
  readers: readonly Reader[] = none;
  #reported = false;

  constructor(connection: EngineConnection) {
    this.connection = connection;
  }

  /** Too much waits. In a microtask: whoever is sending at the moment finishes first. */
  report(): void {
    if (this.#reported) return;
    this.#reported = true;
    queueMicrotask(() => {
      this.#reported = false;
      if (this.readers.length === 0) return;
      // A connection that is full of our packets is of no use to anybody. Otherwise the application's packets go on.
      const closes = this.ours + this.oursHandedOver >= this.others + this.othersHandedOver;
      for (const reader of this.readers) reader.onOverflow(closes);
      if (closes) this.connection.close(true);
    });
  }
}

/** The length of what a packet of Engine.IO carries: characters of a text, which are bytes unless it is not ASCII. */
function sizeOf(packet: unknown): number {
  const { data } = packet as { readonly data?: string | ArrayBufferView | ArrayBuffer };
  if (typeof data === "string") return data.length;
  return data?.byteLength ?? 0;
}

function isEngineConnection(connection: Partial<EngineConnection> | undefined): connection is EngineConnection {
  const methods = [connection?.on, connection?.off, connection?.close];
  return methods.every((method) => typeof method === "function");
}
