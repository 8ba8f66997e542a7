import { nextTick } from "node:process";
import { type Writable } from "node:stream";
import { type EngineConnection } from "./socket-io.js";

/** A stream that can gather what is written to it. */
type GatheringStream = Pick<Writable, "cork" | "uncork">;

/** A connection of Engine.IO with the request that opened it. */
interface RequestedConnection extends EngineConnection {
  readonly request?: { readonly socket?: Partial<GatheringStream> | undefined } | undefined;
}

/**
 * Lets the messages that Engine.IO hands to a WebSocket together leave in one write of the operating system, instead of
 * one each. Nothing waits for it: the stream is let go in the same turn of the event loop.
 *
 * A connection that began with long polling stays as it is: its WebSocket is another stream than that of its request.
 */
export function batchWrites(connection: Partial<EngineConnection> | undefined): void {
  connection?.on?.("flush", gatherBatch);
}

/** Undoes one call of `batchWrites`. */
export function unbatchWrites(connection: Partial<EngineConnection> | undefined): void {
  connection?.off?.("flush", gatherBatch);
}

/** One function for all connections, which are many: `this` is the one whose packets are handed over. */
function gatherBatch(this: RequestedConnection, ...[packets]: unknown[]): void {
  if (!Array.isArray(packets) || packets.length < 2) return;
  const stream = this.request?.socket;
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
