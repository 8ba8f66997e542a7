import { rmSync } from "node:fs";
import { join, relative } from "node:path";
import { ensureInstalled } from "./lib/install.mjs";
import { root } from "./lib/paths.mjs";
import { say } from "./lib/say.mjs";

/** Installs, builds what has changed, and packs the packages into `packed/`, from where an application can install them. */
const folder = join(root, "packed");
if (await ensureInstalled()) {
  const { pack } = await import("./lib/pack.mjs");
  rmSync(folder, { recursive: true, force: true });
  for (const tarball of Object.values(await pack(folder))) say(relative(root, tarball));
} else {
  process.exitCode = 1;
}
