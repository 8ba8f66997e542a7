import { existsSync, readdirSync, statSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vite";
import { startServer, type RunningServer } from "../../../examples/server/src/start-server.js";

const repository = fileURLToPath(new URL("../../../", import.meta.url));
const page = join(repository, "examples/web");
const built = join(repository, "node_modules/.cache/e2e-meeting");
const inputs = ["examples/web", "packages/client/src", "packages/protocol/src", "pnpm-lock.yaml"].map((path) =>
  join(repository, path),
);

/** The example as a user has it: its server in this process on a free port, its page built from the sources as they are now. */
export async function startSite(port = 0): Promise<RunningServer> {
  await buildPage();
  return startServer({ port, host: "127.0.0.1", webRoot: built });
}

async function buildPage(): Promise<void> {
  const started = Date.now();
  const index = join(built, "index.html");
  if (existsSync(index) && statSync(index).mtimeMs > Math.max(...inputs.map(newest))) return;
  await build({ root: page, logLevel: "warn", build: { outDir: built, emptyOutDir: true } });
  // What was changed while it was being built is not in it.
  utimesSync(index, started / 1000, started / 1000);
}

/** When the newest file under a path was last changed, in milliseconds; what is built or installed does not count. */
function newest(path: string): number {
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  const names = readdirSync(path).filter((name) => name !== "node_modules" && name !== "dist");
  return Math.max(stat.mtimeMs, ...names.map((name) => newest(join(path, name))));
}
