import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { root } from "../../../scripts/lib/paths.mjs";
import { succeed } from "./command.js";

/** Package name to the path of its tarball. */
type Tarballs = Readonly<Record<string, string>>;

/** The part of a package-lock.json that says which version lies where. */
interface Lock {
  readonly packages: Readonly<Record<string, { readonly version?: string }>>;
}

const quiet = ["--prefer-offline", "--no-audit", "--no-fund", "--ignore-scripts"];

/**
 * Installs exactly the versions of a committed lock file, and the tarballs on top of them.
 *
 * @returns The folder.
 * @throws an Error if the tarballs need a version that the lock file does not have.
 */
export async function installLocked(name: string, parent: string, tarballs: Tarballs): Promise<string> {
  const folder = join(parent, name);
  await cp(join(root, "e2e", "packaging", "fixtures", name), folder, { recursive: true });
  const locked = await versionsIn(folder, tarballs);
  await succeed("npm", ["ci", ...quiet], folder);
  await succeed("npm", ["install", ...quiet, ...Object.values(tarballs)], folder);
  const added = [...(await versionsIn(folder, tarballs))].filter((version) => !locked.has(version));
  if (added.length > 0) {
    const manifest = `e2e/packaging/fixtures/${name}/package.json`;
    const advice = "Add them there, and run `npm install --package-lock-only` in that folder.";
    throw new Error(`The packages need versions that ${manifest} does not lock: ${added.join(", ")}. ${advice}`);
  }
  return folder;
}

/** Installs the tarballs with the newest version of each peer dependency, and of TypeScript. */
export async function installLatest(parent: string, tarballs: Tarballs): Promise<string> {
  const folder = join(parent, "latest");
  await mkdir(folder);
  await writeFile(join(folder, "package.json"), JSON.stringify({ name: "consumer", private: true }));
  const newest = ["socket.io", "socket.io-client", "prom-client", "zod", "typescript"].map((name) => `${name}@latest`);
  const types = "@types/node@20";
  await succeed("npm", ["install", ...quiet.slice(1), ...newest, types, ...Object.values(tarballs)], folder);
  return folder;
}

/** Each version that a lock file names, as `path@version`, without the tarballs. */
async function versionsIn(folder: string, tarballs: Tarballs): Promise<ReadonlySet<string>> {
  const { packages } = JSON.parse(await readFile(join(folder, "package-lock.json"), "utf8")) as Lock;
  const entries = Object.entries(packages).filter(
    ([path]) => path !== "" && !(path.replace("node_modules/", "") in tarballs),
  );
  return new Set(entries.map(([path, { version }]) => `${path}@${version ?? ""}`));
}
