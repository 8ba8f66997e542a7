import { prepare } from "./lib/prepare.mjs";

/**
 * Installs, and builds what has changed: everything, or the packages named on the command line with all that they need.
 */
await prepare();
const { buildStale } = await import("./lib/build.mjs");
process.exitCode = (await buildStale(process.argv.slice(2))) ? 0 : 1;
