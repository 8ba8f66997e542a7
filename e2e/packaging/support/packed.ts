import { mkdir, mkdtemp, readdir, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pack } from "../../../scripts/lib/pack.mjs";
import { root } from "../../../scripts/lib/paths.mjs";
import { installLatest, installLocked } from "./installed.js";

/** The packages as a user of them gets them. */
export interface PackedPackages {
  /** A folder in which npm installed all tarballs, socket.io and socket.io-client. */
  readonly folder: string;
  /** The same for each set of versions that consumers are tried with: its name, and its folder. */
  readonly consumers: Readonly<Record<string, string>>;
  /** The TypeScript versions that consumers compile with: the version, and its `tsc`. */
  readonly compilers: Readonly<Record<string, string>>;
  /** Package name to the path of its tarball. */
  readonly tarballs: Readonly<Record<string, string>>;
  /** The temporary folder that holds all of it. */
  readonly temporary: string;
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

export { packageNames } from "../../../scripts/lib/pack.mjs";

/** The committed lock file with the versions that this workspace develops with: all tests but those of types use it. */
const current = "socket.io-4.8.4";

/**
 * Builds what is stale, packs the packages and installs the tarballs far away from this repository: on top of each
 * committed lock file in `fixtures`, or, where `SIG_LATEST` is set, with the newest version of everything.
 */
export async function packAndInstall(): Promise<PackedPackages> {
  const temporary = await mkdtemp(join(tmpdir(), "sig-packed-"));
  const tarballs = await pack(join(temporary, "tarballs"));
  const packed = { tarballs, temporary };
  if (process.env.SIG_LATEST === "1") {
    const folder = await installLatest(temporary, tarballs);
    const compilers = { latest: join(folder, "node_modules", "typescript", "bin", "tsc") };
    return { ...packed, folder, consumers: { latest: folder }, compilers };
  }
  // The conformance kit brings a Socket.IO of its own: the other folders keep the one that they are about.
  const { "sig-conformance": _, ...libraries } = tarballs;
  const fixtures = await readdir(join(root, "e2e", "packaging", "fixtures"));
  const installed = fixtures.map(async (name): Promise<[string, string]> => {
    return [name, await installLocked(name, temporary, name === current ? tarballs : libraries)];
  });
  const consumers = Object.fromEntries(await Promise.all(installed));
  const older = join(root, "e2e", "packaging", "compilers", "node_modules");
  const compilers = {
    "5.5": join(older, "typescript-5.5", "bin", "tsc"),
    "6.0": join(root, "node_modules", "typescript", "bin", "tsc"),
    "7.0": join(older, "typescript-7.0", "bin", "tsc"),
  };
  return { ...packed, folder: join(temporary, current), consumers, compilers };
}

/** A folder of its own for one test, below the node_modules of the installed packages. */
export async function consumerFolder(
  { folder }: Pick<PackedPackages, "folder">,
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
