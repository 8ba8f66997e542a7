import { buildStale } from "./lib/build.mjs";

/** Builds what has changed: everything, or the packages named on the command line with all that they need. */
const names = process.argv.slice(2);
process.exitCode = (await buildStale(names.length > 0 ? names : undefined)) ? 0 : 1;
