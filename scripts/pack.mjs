import { rmSync } from "node:fs";
import { join, relative } from "node:path";
import { root } from "./lib/paths.mjs";
import { prepare } from "./lib/prepare.mjs";
import { say } from "./lib/say.mjs";

/**
 * Installs, builds what has changed, and packs the packages into `packed/`, from where an application can install them.
 */
await prepare();
const { pack } = await import("./lib/pack.mjs");
const folder = join(root, "packed");
rmSync(folder, { recursive: true, force: true });
for (const tarball of Object.values(await pack(folder))) say(relative(root, tarball));
