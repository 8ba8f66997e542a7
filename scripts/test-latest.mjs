import { prepare } from "./lib/prepare.mjs";

/**
 * Tries the packages with the newest Socket.IO, zod and TypeScript that the registry has: programs compile, and two
 * clients meet in a room. It is not part of `npm test`, which depends on locked versions alone.
 */
await prepare();
const { runTool } = await import("./lib/run.mjs");
const files = ["e2e/packaging/consumers", "e2e/packaging/types"];
const args = ["run", "--project", "packaging", ...files];
const { status } = await runTool("vitest/vitest.mjs", args, { inherit: true, env: { SIG_LATEST: "1" } });
process.exitCode = status;
