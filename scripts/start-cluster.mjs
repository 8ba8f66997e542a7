import { runBuilt } from "./lib/run-built.mjs";

/** Serves the example of several nodes. */
await runBuilt(["@sig-examples/cluster"], "examples/cluster", ["dist/main.js"]);
