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
  readonly #queues = new Map<EngineConnection, OutboundQueue>();
  #counting = false;

  constructor(maxBytes: number) {
    this.maxBytes = maxBytes;
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

  /** Whether one of ours is being sent. */
  get counting(): boolean {
    return this.#counting;
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
      queue = new OutboundQueue(connection, this);
      this.#queues.set(connection, queue);
    }
    queue.add(reader);
  }

  /** The connection is watched no longer for this socket. */
  unwatch(connection: Partial<EngineConnection> | undefined, reader: Reader): void {
    if (!isEngineConnection(connection)) return;
    this.#queues.get(connection)?.remove(reader);
  }

  ended(connection: EngineConnection): void {
    this.#queues.delete(connection);
  }
}

/** The bytes that wait on one connection. There is one for each client: it is kept small. */
class OutboundQueue {
  readonly #connection: EngineConnection;
  readonly #queues: OutboundQueues;
  /** Bytes that have not been handed to the transport. */
  #ours = 0;
  #others = 0;
  /** Those of the last batch that it was handed. */
  #oursHandedOver = 0;
  #othersHandedOver = 0;
  #readers: readonly Reader[] = [];
  #reported = false;
  readonly #onPacket = this.#count.bind(this);
  readonly #onDrain = this.#handOver.bind(this);
  readonly #onClose = this.#end.bind(this);

  constructor(connection: EngineConnection, queues: OutboundQueues) {
    this.#connection = connection;
    this.#queues = queues;
    connection.on("packetCreate", this.#onPacket);
    connection.on("drain", this.#onDrain);
    connection.on("close", this.#onClose);
  }

  add(reader: Reader): void {
    this.#readers = [...this.#readers, reader];
  }

  remove(reader: Reader): void {
    this.#readers = this.#readers.filter((other) => other !== reader);
    // While something waits the count goes on: the client may come back over the same connection.
    if (this.#readers.length === 0 && this.#ours === 0) this.#end();
  }

  #count(packet: unknown): void {
    const size = sizeOf(packet);
    if (!this.#queues.counting) {
      this.#others += size;
      return;
    }
    const waiting = this.#ours;
    this.#ours += size;
    // If nothing waited before, the transport may be idle, and what it was handed last has left long ago.
    if (waiting > 0 && waiting + size + this.#oursHandedOver > this.#queues.maxBytes) this.#report();
  }

  #handOver(): void {
    this.#oursHandedOver = this.#ours;
    this.#othersHandedOver = this.#others;
    this.#ours = 0;
    this.#others = 0;
    if (this.#readers.length === 0) this.#end();
  }

  #end(): void {
    this.#connection.off("packetCreate", this.#onPacket);
    this.#connection.off("drain", this.#onDrain);
    this.#connection.off("close", this.#onClose);
    this.#queues.ended(this.#connection);
  }

  /** In a microtask: whoever is sending at the moment finishes first. */
  #report(): void {
    if (this.#reported) return;
    this.#reported = true;
    queueMicrotask(() => {
      this.#reported = false;
      if (this.#readers.length === 0) return;
      // A connection that is full of our packets is of no use to anybody. Otherwise the application's packets go on.
      const closes = this.#ours + this.#oursHandedOver >= this.#others + this.#othersHandedOver;
      for (const reader of this.#readers) reader.onOverflow(closes);
      if (closes) this.#connection.close(true);
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
