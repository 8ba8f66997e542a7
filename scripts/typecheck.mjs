import { readdirSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join, relative } from "node:path";
import { root } from "./lib/paths.mjs";
import { runTool, sideBySide } from "./lib/run.mjs";
import { say } from "./lib/say.mjs";
import { packageFolders } from "./lib/workspace.mjs";

/** Every set of files with types of its own: what may be used there differs. Negotiation has neither DOM nor Node. */
const folders = [...packageFolders(), ...["packages/client/src/negotiation", ".", "scripts"].map((folder) => join(root, folder))];
const projects = folders.flatMap((folder) => {
  // What extends `base` is no project, that of `types` is checked by Vitest, which runs it, and that of `lint` holds what the others hold.
  const configs = readdirSync(folder).filter((name) => /^tsconfig(?!\.(?:base|types|lint)\.)[\w.-]*\.json$/.test(name));
  return configs.map((name) => join(folder, name));
});

const results = await sideBySide(projects, Math.min(2, availableParallelism()), async (project) => {
  const name = relative(root, project);
  const memory = join(root, "node_modules", ".cache", "tsc", `${name.replaceAll(/[\\/]/g, "-")}.tsbuildinfo`);
  const result = await runTool("typescript/bin/tsc", ["-p", project, "--noEmit", "--incremental", "--tsBuildInfoFile", memory]);
  return { ...result, name };
});

for (const { ok, name, output } of results) say(ok ? `ok ${name}` : `${output.trimEnd()}\nfailed ${name}`);
process.exitCode = results.every(({ ok }) => ok) ? 0 : 1;
