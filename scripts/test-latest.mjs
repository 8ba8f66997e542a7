import { ensureInstalled } from "./lib/install.mjs";
import { runTool } from "./lib/run.mjs";

/**
 * Tries the packages with the newest Socket.IO, zod and TypeScript that the registry has: programs compile, and two
 * clients meet in a room. It is no part of `npm test`, which depends on locked versions alone.
 */
if (await ensureInstalled()) {
  const files = ["e2e/packaging/consumers", "e2e/packaging/types"];
  const { status } = await runTool("vitest/vitest.mjs", ["run", "--project", "packaging", ...files], {
    inherit: true,
    env: { SIG_LATEST: "1" },
  });
  process.exitCode = status;
} else {
  process.exitCode = 1;
}
