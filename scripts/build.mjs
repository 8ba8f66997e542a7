import { buildStale } from "./lib/build.mjs";
import { ensureInstalled } from "./lib/install.mjs";

/** Installs, and builds what has changed: everything, or the packages named on the command line with all that they need. */
const names = process.argv.slice(2);
const isBuilt = (await ensureInstalled()) && (await buildStale(names.length > 0 ? names : undefined));
process.exitCode = isBuilt ? 0 : 1;
