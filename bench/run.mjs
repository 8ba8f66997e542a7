import { existsSync } from "node:fs";
import { run as runJoin } from "./join/run.mjs";
import { run as runPath } from "./path/run.mjs";
import { run as runSize } from "./size.mjs";

/** Runs every measurement. Each prints its own tables, and none fails. */
const relay = new URL("./relay/run.mjs", import.meta.url);

console.log("Size of the client in a page");
await runSize();

if (existsSync(relay)) {
  console.log("\nServer CPU of a relayed message");
  /** @type {{ run(): Promise<unknown> }} */
  const { run } = await import(relay.href);
  await run();
}

console.log("\nTime from a join to open data channels on both sides");
await runJoin();

console.log("\nHow long video stops when the path between two people is cut and another one is available");
await runPath();
