import { readdirSync } from "node:fs";
import { join, relative } from "node:path";
import { packageFolders } from "./lib/install.mjs";
import { root } from "./lib/paths.mjs";
import { run } from "./lib/run.mjs";
import { say } from "./lib/say.mjs";

/** Every set of files with types of its own: what may be used there differs. Negotiation has neither DOM nor Node. */
const folders = [
  ...packageFolders(),
  ...["packages/client/src/negotiation", ".", "scripts"].map((folder) => join(root, folder)),
];
const projects = folders.flatMap((folder) => {
  // `base` is extended by the others, Vitest checks `types`, and `lint` holds the files of the others.
  const configs = readdirSync(folder).filter((name) => /^tsconfig(?!\.(?:base|types|lint)\.)[\w.-]*\.json$/.test(name));
  return configs.map((name) => relative(root, join(folder, name)));
});

// The native compiler is the fastest. Builds, lint and the tests of consumers use the older ones.
const tsc = join(root, "e2e/packaging/compilers/node_modules/typescript-7.0/bin/tsc");
/** @type {Set<string>} */
const errors = new Set();
for (const project of projects) {
  const { ok, output } = await run(process.execPath, [tsc, "--noEmit", "--pretty", "false", "-p", project]);
  if (!ok) errors.add(output.trimEnd());
}
for (const error of errors) say(error);
say(`${errors.size === 0 ? "ok" : "failed"}: ${projects.length} projects`);
process.exitCode = errors.size === 0 ? 0 : 1;
