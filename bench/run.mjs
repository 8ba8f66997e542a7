import { run as runJoin } from "./join/run.mjs";
import { run as runPath } from "./path/run.mjs";
import { run as runServers } from "./server/run.mjs";
import { run as runSize } from "./size.mjs";

// Runs every measurement. Each prints its own tables, and none fails.
console.log("Size of the client in a page");
await runSize();

console.log("\nWhat servers cost");
await runServers();

console.log("\nTime from a join to open data channels on both sides");
await runJoin();

console.log("\nHow long video stops when the path between two people is cut and another one is available");
await runPath();
