import { runBuilt } from "./lib/run-built.mjs";

/** Runs `sig-conformance` as it is in this repository. */
await runBuilt(["sig-conformance"], ".", ["packages/conformance/dist/cli.js", ...process.argv.slice(2)]);
