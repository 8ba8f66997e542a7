import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";

interface Locked {
  readonly version: string;
  readonly integrity?: string;
}

interface Packument {
  readonly name: string;
  readonly "dist-tags": Record<string, string>;
  readonly versions: Record<string, object>;
}

/**
 * Serves as a registry for npm, which knows nothing but what npm has installed in a folder: there `npm install NAME`
 * finds the locked version, whatever was published since. npm has the tarballs in its cache, by their integrity.
 */
export async function serveLocked(folder: string): Promise<{ url: string; close(): void }> {
  const packuments = readPackuments(folder);
  const server = createServer((request, response) => {
    const packument = packuments.get(decodeURIComponent((request.url ?? "/").slice(1)));
    response.writeHead(packument === undefined ? 404 : 200, { "content-type": "application/json" });
    response.end(JSON.stringify(packument ?? { error: "not found" }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    close: () => void server.close(),
  };
}

function readPackuments(folder: string): ReadonlyMap<string, Packument> {
  const lock = JSON.parse(readFileSync(join(folder, "package-lock.json"), "utf8")) as {
    packages: Record<string, Locked>;
  };
  const packuments = new Map<string, Packument>();
  for (const [path, { version, integrity }] of Object.entries(lock.packages)) {
    const name = path.split("node_modules/").at(-1) ?? "";
    if (name === "" || integrity === undefined) continue;
    const packument = packuments.get(name) ?? { name, "dist-tags": {}, versions: {} };
    const manifest = JSON.parse(readFileSync(join(folder, path, "package.json"), "utf8")) as object;
    packument.versions[version] = { ...manifest, dist: { tarball: `http://127.0.0.1/${name}.tgz`, integrity } };
    // What the folder itself uses goes before what only a dependency uses.
    if (path === `node_modules/${name}` || packument["dist-tags"].latest === undefined)
      packument["dist-tags"].latest = version;
    packuments.set(name, packument);
  }
  return packuments;
}
