import { runBuilt } from "./lib/run-built.mjs";

/** Serves the example meeting. */
await runBuilt(["@sig-examples/server", "@sig-examples/web"], "examples/server", ["dist/main.js"]);
