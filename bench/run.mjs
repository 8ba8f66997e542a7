import { existsSync } from "node:fs";
import { run as runJoin } from "./join/run.mjs";
import { run as runPath } from "./path/run.mjs";
import { run as runSize } from "./size.mjs";

/** Every measurement with a `run()` that prints its own tables. Numbers are for reading: nothing here fails. */
const relay = new URL("./relay/run.mjs", import.meta.url);

console.log("How much a page loads");
await runSize();

if (existsSync(relay)) {
  console.log("\nWhat a relayed message costs the server");
  /** @type {{ run(): Promise<unknown> }} */
  const { run } = await import(relay.href);
  await run();
}

console.log("\nHow long a join takes until data channels are open on both sides");
await runJoin();

console.log("\nHow long pictures are away when the path between two people is cut and another one is there");
await runPath();
