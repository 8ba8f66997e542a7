import type { CDPSession, Page } from "playwright-core";

/** What a page holds after garbage collection. */
export interface LiveObjects {
  readonly nodes: number;
  readonly listeners: number;
  readonly videos: number;
}

/** Counts DOM nodes, event listeners and video elements of a page, detached ones too. Chromium only. */
export async function countLiveObjects(page: Page): Promise<() => Promise<LiveObjects>> {
  const devtools = await page.context().newCDPSession(page);
  return async () => {
    await devtools.send("HeapProfiler.collectGarbage");
    const videos = await countInstances(devtools, "HTMLVideoElement");
    const { nodes, jsEventListeners: listeners } = await devtools.send("Memory.getDOMCounters");
    return { nodes, listeners, videos };
  };
}

async function countInstances(devtools: CDPSession, type: string): Promise<number> {
  const { result: prototype } = await devtools.send("Runtime.evaluate", { expression: `${type}.prototype` });
  const { objects } = await devtools.send("Runtime.queryObjects", { prototypeObjectId: prototype.objectId ?? "" });
  const { result } = await devtools.send("Runtime.callFunctionOn", {
    objectId: objects.objectId ?? "",
    functionDeclaration: "function () { return this.length; }",
    returnByValue: true,
  });
  // The array itself would keep the instances alive.
  await devtools.send("Runtime.releaseObject", { objectId: objects.objectId ?? "" });
  await devtools.send("Runtime.releaseObject", { objectId: prototype.objectId ?? "" });
  return result.value as number;
}
