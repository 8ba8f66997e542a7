import { readdirSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { packageFolders } from "./lib/install.mjs";
import { root } from "./lib/paths.mjs";
import { say } from "./lib/say.mjs";

/** Every set of files with types of its own: what may be used there differs. Negotiation has neither DOM nor Node. */
const folders = [
  ...packageFolders(),
  ...["packages/client/src/negotiation", ".", "scripts"].map((folder) => join(root, folder)),
];
const projects = folders.flatMap((folder) => {
  // What extends `base` is no project, that of `types` is checked by Vitest, which runs it, and that of `lint` holds what the others hold.
  const configs = readdirSync(folder).filter((name) => /^tsconfig(?!\.(?:base|types|lint)\.)[\w.-]*\.json$/.test(name));
  return configs.map((name) => join(folder, name));
});

/** @type {Set<string>} */
const complaints = new Set();
const form = {
  getCurrentDirectory: () => root,
  getCanonicalFileName: (/** @type {string} */ name) => name,
  getNewLine: () => "\n",
};
// In one process, as `tsc -b` does it: what the projects have in common is read once.
const host = ts.createSolutionBuilderHost(
  // Nothing is kept: what `-b` holds for up to date counts no file of another project's that this one imports.
  { ...ts.sys, writeFile: () => undefined },
  undefined,
  (complaint) => void complaints.add(ts.formatDiagnostic(complaint, form).trimEnd()),
);
const status = ts.createSolutionBuilder(host, projects, { force: true }).build();
for (const complaint of complaints) say(complaint);
const ok = status === ts.ExitStatus.Success && complaints.size === 0;
say(`${ok ? "ok" : "failed"}: ${String(projects.length)} projects`);
process.exitCode = ok ? 0 : 1;
