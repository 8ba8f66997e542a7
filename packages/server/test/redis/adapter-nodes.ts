import { createServer } from "node:http";
import { type AddressInfo } from "node:net";
import { attachSignaling, recommendedServerOptions } from "@sig/server";
import { attachDeviceGateway } from "@sig/server/device";
import { redisRoster } from "@sig/server/redis";
import { createAdapter as redisAdapter, createShardedAdapter } from "@socket.io/redis-adapter";
import { createAdapter as streamsAdapter } from "@socket.io/redis-streams-adapter";
import { Server, type ServerOptions } from "socket.io";
import { startChild } from "../child-server.js";
import { actAsApplication } from "./application.js";
import { type Client, type RedisServer } from "./redis-server.js";
import { rosterWithoutSend } from "./roster-without-send.js";

export type Adapter = NonNullable<ServerOptions["adapter"]>;

/** Makes the adapter of one node, as its README says. */
export type MakeAdapter = (client: Client, subscriber: Client) => Adapter;

export const redisAdapters: readonly (readonly [name: string, make: MakeAdapter])[] = [
  ["@socket.io/redis-adapter", (client, subscriber) => redisAdapter(client, subscriber)],
  ["@socket.io/redis-adapter, sharded", (client, subscriber) => createShardedAdapter(client, subscriber) as Adapter],
  ["@socket.io/redis-streams-adapter", (client) => streamsAdapter(client) as Adapter],
];

/** Something that an adapter was asked for, or has published. */
export interface AdapterCall {
  readonly method: "serverSideEmit" | "fetchSockets" | "broadcast" | "other";
  readonly text: string;
}

/** Two nodes whose messages to each other go through an adapter. */
export interface AdapterNodes {
  readonly one: string;
  readonly two: string;
  calls(): Promise<readonly AdapterCall[]>;
  close(): Promise<void>;
}

let prefixes = 0;

export async function startNodesOfRedisAdapter(redis: RedisServer, make: MakeAdapter): Promise<AdapterNodes> {
  const calls: AdapterCall[] = [];
  prefixes += 1;
  const prefix = `adapter-${prefixes}`;
  const start = async () => {
    const [own, client, subscriber] = [await redis.connect(), await redis.connect(), await redis.connect()];
    const http = createServer();
    const io = new Server(http, { ...recommendedServerOptions, adapter: make(client, subscriber) });
    record(io.of("/").adapter, calls);
    const roster = rosterWithoutSend(redisRoster(own, { prefix }));
    const signaling = attachSignaling(io, { roster });
    const gateway = attachDeviceGateway(http, signaling);
    actAsApplication(io, signaling, roster);
    await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
    return {
      url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
      close: async () => {
        await gateway.close();
        await signaling.close();
        await io.close();
        // What the adapter has sent while it was closed is answered.
        await Promise.all([client.ping(), subscriber.ping()]);
      },
    };
  };
  const [one, two] = [await start(), await start()];
  return {
    one: one.url,
    two: two.url,
    calls: async () => Promise.resolve(calls.slice()),
    close: async () => {
      await Promise.all([one.close(), two.close()]);
    },
  };
}

/** Calls of an adapter's methods are recorded from now on. */
function record(adapter: object, calls: AdapterCall[]): void {
  const methods = adapter as Record<string, (...args: unknown[]) => unknown>;
  for (const method of ["serverSideEmit", "fetchSockets", "broadcast"] as const) {
    const call = methods[method]!.bind(adapter);
    methods[method] = (...args) => {
      calls.push({ method, text: JSON.stringify(args) });
      return call(...args);
    };
  }
}

/** Message types of Socket.IO's base for adapters. */
const methodsByType: Readonly<Record<number, AdapterCall["method"]>> = {
  3: "broadcast",
  7: "fetchSockets",
  9: "serverSideEmit",
};

export async function startNodesOfClusterAdapter(redis: RedisServer): Promise<AdapterNodes> {
  const primary = await startChild("redis/cluster-process.ts", `redis://127.0.0.1:${redis.port}`, "adapter");
  const ask = async (path: string): Promise<string[]> => (await (await fetch(primary.url + path)).json()) as string[];
  const asked = ask("/nodes") as Promise<[string, string]>;
  const [one, two] = await asked.catch(async (cause: unknown) => {
    await primary.stop();
    throw cause;
  });
  return {
    one,
    two,
    calls: async () =>
      (await ask("/published")).map((text) => ({
        method: methodsByType[(JSON.parse(text) as { type: number }).type] ?? "other",
        text,
      })),
    close: async () => primary.stop(),
  };
}
