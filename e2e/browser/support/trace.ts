import { join } from "node:path";
import type { BrowserContext } from "playwright-core";

/**
 * For debugging: writes a trace of a context into a folder when a test closes it. `playwright-core show-trace` opens
 * it.
 */
export async function recordTrace(context: BrowserContext, folder: string): Promise<void> {
  await context.tracing.start({ screenshots: true, snapshots: true });
  const close = context.close.bind(context);
  context.close = async (options) => {
    const name = `${new Date().toISOString().replaceAll(/[:.]/g, "-")}-${crypto.randomUUID().slice(0, 4)}.zip`;
    await context.tracing.stop({ path: join(folder, name) });
    await close(options);
  };
}
