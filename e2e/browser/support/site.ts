import { existsSync, readdirSync, statSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vite";
import { startServer, type RunningServer } from "../../../examples/server/src/start-server.js";
import { withLock } from "../../../scripts/lib/lock.mjs";

const repository = fileURLToPath(new URL("../../../", import.meta.url));
const page = join(repository, "examples/web");
const built = join(repository, "node_modules/.cache/e2e-meeting");
const inputs = ["examples/web", "packages/client/src", "packages/protocol/src", "pnpm-lock.yaml"].map((path) =>
  join(repository, path),
);

/** The example as users run it: its server in this process on a free port, its page built from the current sources. */
export async function startSite(port = 0): Promise<RunningServer> {
  // Another test file may build it at the same time, in another process.
  await withLock(`${built}.lock`, buildPage);
  return startServer({ port, host: "127.0.0.1", webRoot: built });
}

async function buildPage(): Promise<void> {
  const started = Date.now();
  const index = join(built, "index.html");
  if (existsSync(index) && statSync(index).mtimeMs > Math.max(...inputs.map(newest))) return;
  await build({ root: page, logLevel: "warn", build: { outDir: built, emptyOutDir: true } });
  // A change during the build is not part of it, and has to make it stale.
  utimesSync(index, started / 1000, started / 1000);
}

/** When the newest source file under a path was changed, in milliseconds. */
function newest(path: string): number {
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  const names = readdirSync(path).filter((name) => name !== "node_modules" && name !== "dist");
  return Math.max(stat.mtimeMs, ...names.map((name) => newest(join(path, name))));
}
