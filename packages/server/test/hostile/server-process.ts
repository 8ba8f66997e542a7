// The server of this library with the options that the documents recommend, in a process of its own: to see what an
// attack costs it.
import { createServer } from "node:http";
import { type AddressInfo } from "node:net";
import { attachSignaling, limitConnections, recommendedHttpOptions, recommendedServerOptions } from "@sig/server";
import { relayParser } from "@sig/server/parser";
import { Server } from "socket.io";
import { type AttackedOptions, type AttackedStatus } from "./attacked.js";

let uncaught = 0;
process.on("uncaughtException", () => (uncaught += 1));
process.on("unhandledRejection", () => (uncaught += 1));

const {
  http: httpOptions,
  io: ioOptions,
  signaling: options,
  parser,
  collects,
} = JSON.parse(process.argv[2] ?? "{}") as AttackedOptions;
const http = createServer({ ...recommendedHttpOptions, ...httpOptions });
const io = new Server(http, {
  ...recommendedServerOptions,
  ...ioOptions,
  ...(parser === true && { parser: relayParser }),
});
const limit = limitConnections(io, { perAddress: 10_000, connectionsPerSecond: false });
const signaling = attachSignaling(io, options);

const cutOffs: string[] = [];
let rejected = 0;
signaling.on("cutOff", ({ reason }) => cutOffs.push(reason));
signaling.on("rejected", () => (rejected += 1));

const collect = (): void => (globalThis as { gc?: () => void }).gc?.();
let peakRss = 0;
const sample = (): void => {
  if (collects === true) collect();
  peakRss = Math.max(peakRss, process.memoryUsage.rss());
};
setInterval(sample, collects === true ? 100 : 20);

process.on("message", () => {
  void signaling.rooms().then((rooms) => {
    sample();
    const status: AttackedStatus = {
      uncaught,
      rooms,
      polluted: "polluted" in {},
      peakRss,
      cutOffs,
      rejected,
      connections: io.engine.clientsCount,
      counted: limit.connections,
    };
    collect();
    peakRss = process.memoryUsage.rss();
    process.send?.(status);
  });
});
http.listen(0, "127.0.0.1", () => process.send?.({ port: (http.address() as AddressInfo).port }));
process.on("disconnect", () => process.exit(0));
