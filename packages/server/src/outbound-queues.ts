import { type EngineConnection } from "./socket-io.js";

/** Called when too much waits; `closes` if the whole connection is about to be closed. */
type OnOverflow = (closes: boolean) => void;

/** Bytes that have not been handed to the transport, and those of the last batch that it was handed. */
interface Backlog {
  waiting: number;
  handedOver: number;
}

/**
 * Counts the bytes that wait to be sent on each connection, for readers that answer pings and read nothing. Only what
 * this library sends counts against the bound; what an application sends over the same connection is its own affair.
 *
 * Engine.IO hands its packets to the transport in batches, one at a time: the next one when the operating system has
 * taken the last one. It emits `packetCreate` for each packet, and `drain` when it hands a batch over.
 */
export class OutboundQueues {
  readonly #maxBytes: number;
  readonly #queues = new Map<EngineConnection, OutboundQueue>();
  #counting = false;

  /** @param maxBytes the bound for each connection; a packet more may wait */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
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
   * @returns a function that ends it
   */
  watch(connection: Partial<EngineConnection> | undefined, onOverflow: OnOverflow): () => void {
    if (!isEngineConnection(connection)) return () => undefined;
    let queue = this.#queues.get(connection);
    if (queue === undefined) {
      queue = new OutboundQueue(connection, this.#maxBytes, {
        isCounting: () => this.#counting,
        onEnd: () => this.#queues.delete(connection),
      });
      this.#queues.set(connection, queue);
    }
    return queue.watch(onOverflow);
  }
}

/** The bytes that wait on one connection. */
class OutboundQueue {
  readonly #ours: Backlog = { waiting: 0, handedOver: 0 };
  readonly #others: Backlog = { waiting: 0, handedOver: 0 };
  readonly #watchers = new Set<OnOverflow>();
  readonly #connection: EngineConnection;
  readonly #maxBytes: number;
  readonly #end: () => void;
  #reported = false;

  constructor(
    connection: EngineConnection,
    maxBytes: number,
    { isCounting, onEnd }: { isCounting: () => boolean; onEnd: () => void },
  ) {
    this.#connection = connection;
    this.#maxBytes = maxBytes;
    const onPacket = (packet: unknown): void => {
      if (isCounting()) this.#add(sizeOf(packet));
      else this.#others.waiting += sizeOf(packet);
    };
    const onDrain = (): void => {
      for (const backlog of [this.#ours, this.#others]) {
        backlog.handedOver = backlog.waiting;
        backlog.waiting = 0;
      }
      if (this.#watchers.size === 0) this.#end();
    };
    this.#end = () => {
      connection.off("packetCreate", onPacket);
      connection.off("drain", onDrain);
      connection.off("close", this.#end);
      onEnd();
    };
    connection.on("packetCreate", onPacket);
    connection.on("drain", onDrain);
    connection.on("close", this.#end);
  }

  watch(onOverflow: OnOverflow): () => void {
    // A function of its own for each call.
    const watcher: OnOverflow = (closes) => onOverflow(closes);
    this.#watchers.add(watcher);
    return () => {
      this.#watchers.delete(watcher);
      // While something waits the count goes on: the client may come back over the same connection.
      if (this.#watchers.size === 0 && this.#ours.waiting === 0) this.#end();
    };
  }

  #add(size: number): void {
    const { waiting, handedOver } = this.#ours;
    this.#ours.waiting += size;
    // If nothing waited before, the transport may be idle, and what it was handed last has left long ago.
    if (waiting > 0 && waiting + size + handedOver > this.#maxBytes) this.#report();
  }

  /** In a microtask: whoever is sending at the moment finishes first. */
  #report(): void {
    if (this.#reported) return;
    this.#reported = true;
    queueMicrotask(() => {
      this.#reported = false;
      if (this.#watchers.size === 0) return;
      // A connection that is full of our packets is of no use to anybody. Otherwise the application's packets go on.
      const closes = total(this.#ours) >= total(this.#others);
      for (const watcher of [...this.#watchers]) watcher(closes);
      if (closes) this.#connection.close(true);
    });
  }
}

function total({ waiting, handedOver }: Backlog): number {
  return waiting + handedOver;
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
