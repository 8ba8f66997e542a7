import { nextTick } from "node:process";
import { type Writable } from "node:stream";
import { type EngineEvents, type Socket } from "./socket-io.js";

/** A stream that can gather what is written to it. */
type GatheringStream = Pick<Writable, "cork" | "uncork">;

/** A connection of Engine.IO, with the request that opened it. */
interface Requested {
  readonly request?: { readonly socket?: Partial<GatheringStream> | undefined } | undefined;
}

/**
 * Lets the messages that Engine.IO hands to a WebSocket together leave in one write of the operating system, instead of
 * one each. Nothing waits for it: the stream is let go in the same turn of the event loop.
 *
 * A connection that began with long polling stays as it is: its WebSocket is another stream than that of its request.
 */
export class BatchedWrites {
  readonly #engines = new Set<EngineEvents>();

  /** Watches the engine of a socket. */
  watch({ nsp }: Socket): void {
    const engine = nsp?.server?.engine;
    if (engine === undefined || this.#engines.has(engine)) return;
    this.#engines.add(engine);
    const count = services.get(engine) ?? 0;
    services.set(engine, count + 1);
    if (count === 0) engine.on("flush", gatherBatch);
  }

  end(): void {
    for (const engine of this.#engines) {
      const count = (services.get(engine) ?? 1) - 1;
      services.set(engine, count);
      if (count === 0) engine.off("flush", gatherBatch);
    }
    this.#engines.clear();
  }
}

/**
 * How many services need the listener of an engine: there may be one for each namespace. A listener for each connection
 * would cost something for each client that does nothing.
 */
const services = new WeakMap<EngineEvents, number>();

function gatherBatch(connection: unknown, packets: unknown): void {
  if (!Array.isArray(packets) || packets.length < 2) return;
  const stream = (connection as Requested).request?.socket;
  if (!canGather(stream)) return;
  stream.cork();
  // Not at the event `drain`, which follows: a listener that throws before it would leave the stream waiting for good.
  nextTick(letGo, stream);
}

function letGo(stream: GatheringStream): void {
  stream.uncork();
}

function canGather(stream: Partial<GatheringStream> | undefined): stream is GatheringStream {
  return typeof stream?.cork === "function" && typeof stream.uncork === "function";
}
