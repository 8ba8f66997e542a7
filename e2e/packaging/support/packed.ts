import { mkdir, mkdtemp, readdir, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildStale } from "../../../scripts/lib/build.mjs";
import { root } from "../../../scripts/lib/paths.mjs";
import { run } from "../../../scripts/lib/run.mjs";

/** The packages as a user of them gets them. */
export interface PackedPackages {
  /** A clean folder in which npm installed the tarballs, socket.io and socket.io-client. */
  readonly folder: string;
  /** Package name to the path of its tarball. */
  readonly tarballs: Readonly<Record<string, string>>;
}

/** The parts of a package.json that are looked at here. */
export interface Manifest {
  version: string;
  packageManager: string;
  scripts: Record<string, string>;
  exports: unknown;
  dependencies?: Record<string, string>;
  devDependencies: Record<string, string>;
}

export const packageNames = ["@sig/protocol", "@sig/server", "@sig/client", "sig-conformance"] as const;

/** Builds what is stale, packs the packages and installs the tarballs far away from this repository. */
export async function packAndInstall(): Promise<PackedPackages> {
  if (!(await buildStale(packageNames))) throw new Error("The packages could not be built.");
  const folder = await mkdtemp(join(tmpdir(), "sig-packed-"));
  const tarballs = await pack(join(folder, "tarballs"));
  const { devDependencies } = await readManifest(join(root, "e2e"));
  const { "socket.io": server, "socket.io-client": client } = devDependencies;
  const dependencies = { ...tarballs, "socket.io": server, "socket.io-client": client };
  await writeFile(join(folder, "package.json"), JSON.stringify({ name: "consumer", private: true, dependencies }));
  await succeed("npm", ["install", "--prefer-offline", "--no-audit", "--no-fund", "--ignore-scripts"], folder);
  return { folder, tarballs };
}

async function pack(folder: string): Promise<Record<string, string>> {
  await mkdir(folder);
  const { packageManager } = await readManifest(root);
  const filters = packageNames.flatMap((name) => ["--filter", name]);
  await succeed("npx", ["--yes", packageManager, "-r", ...filters, "pack", "--pack-destination", folder], root);
  const files = await readdir(folder);
  const fileOf = (name: string) => files.find((file) => file.startsWith(name.replace("@", "").replace("/", "-"))) ?? "";
  return Object.fromEntries(packageNames.map((name) => [name, join(folder, fileOf(name))]));
}

/** A folder of its own for one test, below the node_modules of the installed packages. */
export async function consumerFolder(
  { folder }: PackedPackages,
  name: string,
  files: Record<string, string>,
): Promise<string> {
  const own = join(folder, name);
  await mkdir(own, { recursive: true });
  await Promise.all(Object.entries(files).map(([file, text]) => writeFile(join(own, file), text)));
  return own;
}

export async function readManifest(folder: string): Promise<Manifest> {
  return JSON.parse(await readFile(join(folder, "package.json"), "utf8")) as Manifest;
}

/** Runs a command that has to succeed, and returns what it printed. */
export async function succeed(command: string, args: readonly string[], cwd: string): Promise<string> {
  const { ok, status, output } = await run(command, args, { cwd });
  if (!ok) throw new Error(`${command} ${args.join(" ")} ended with status ${status}:\n${output}`);
  return output;
}
