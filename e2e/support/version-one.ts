import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type * as client from "@sig/client";
import type * as protocol from "@sig/protocol";
import type * as server from "@sig/server";
import { run } from "../../scripts/lib/run.mjs";

const e2e = dirname(dirname(fileURLToPath(import.meta.url)));
const tarballs = join(e2e, "node", "version-one", "fixtures");

/** The packages of version 1, in a folder of their own. The tests use only what both versions have. */
export interface VersionOne {
  readonly client: typeof client;
  readonly protocol: typeof protocol;
  readonly server: typeof server;
  /** A bundler that starts here finds them. */
  readonly folder: string;
  remove(): Promise<void>;
}

/** Unpacks the tarballs below this package, where they find the Socket.IO, ws and zod that its lock file names. */
export async function unpackVersionOne(): Promise<VersionOne> {
  const cache = join(e2e, "node_modules", ".cache");
  await mkdir(cache, { recursive: true });
  const folder = await mkdtemp(join(cache, "version-one-"));
  const packages = join(folder, "node_modules", "@sig");
  for (const file of await readdir(tarballs)) {
    const [, name] = /^sig-(\w+)-.*\.tgz$/.exec(file) ?? [];
    if (name === undefined) continue;
    await mkdir(join(packages, name), { recursive: true });
    const { ok, output } = await run("tar", ["-xzf", join(tarballs, file), "-C", join(packages, name), "--strip=1"]);
    if (!ok) throw new Error(`Unpacking ${file} failed:\n${output}`);
  }
  const load = async (name: string): Promise<unknown> =>
    import(pathToFileURL(join(packages, name, "dist", "index.js")).href);
  return {
    client: (await load("client")) as typeof client,
    protocol: (await load("protocol")) as typeof protocol,
    server: (await load("server")) as typeof server,
    folder,
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
