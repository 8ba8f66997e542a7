import { prepare } from "./lib/prepare.mjs";

/** Keeps the signaling server away for an hour: the one test that is longer than all the long tests together. */
await prepare();
const { runTool } = await import("./lib/run.mjs");
const args = ["run", "--project", "browser", "e2e/browser/faults/signaling-outage.slow", "-t", "F02"];
const { status } = await runTool("vitest/vitest.mjs", args, { inherit: true, env: { SIG_HOUR: "1" } });
process.exitCode = status;
