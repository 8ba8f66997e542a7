import { type SignalingOptions } from "@sig/server";
import { onTestFinished } from "vitest";
import { startChild, type ChildServer, type ChildStatus } from "../child-server.js";
import { connectTo, type TestServer } from "../harness.js";

/** Whether the tests have the size that the threat table states. */
export const long = process.env.SIG_LONG !== undefined;

/** Options of the server that is attacked, as JSON. */
export interface AttackedOptions {
  readonly http?: { readonly headersTimeout?: number; readonly connectionsCheckingInterval?: number };
  readonly io?: { readonly connectTimeout?: number; readonly maxHttpBufferSize?: number };
  readonly signaling?: Pick<SignalingOptions, "rateLimit" | "maxQueuedBytes">;
  readonly parser?: boolean;
  /** Whether garbage is collected all the time, so that only what is kept counts as memory. */
  readonly collects?: boolean;
}

/** The state of a server that is attacked. */
export interface AttackedStatus extends ChildStatus {
  /** The most bytes of memory since the last time. */
  readonly peakRss: number;
  /** Why sockets were disconnected. */
  readonly cutOffs: readonly string[];
  /** How many events were rejected. */
  readonly rejected: number;
  /** Open connections, as Engine.IO and as `limitConnections` count them. */
  readonly connections: number;
  readonly counted: number;
}

export interface Attacked extends ChildServer<AttackedStatus> {
  readonly connect: TestServer["connect"];
  /** Garbage is collected, and the highest use of memory is measured from here. */
  startMeasuring(): Promise<number>;
}

export async function startAttacked(options: AttackedOptions = {}): Promise<Attacked> {
  const child = await startChild<AttackedStatus>("hostile/server-process.ts", JSON.stringify(options));
  onTestFinished(() => child.stop());
  return {
    ...child,
    connect: (transport, extra) => connectTo(child.url, transport, extra),
    startMeasuring: async () => {
      await child.status();
      return (await child.status()).peakRss;
    },
  };
}

/** The value below which 99 of 100 lie. */
export function p99(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.ceil(sorted.length * 0.99) - 1] ?? 0;
}

export const megabyte = 2 ** 20;
