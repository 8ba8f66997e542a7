import type {} from "../../e2e/browser/lab/page.js";
import { LabServer } from "../../e2e/browser/lab/lab.js";
import { connected, joinLab, openLab, seesFrames, type LabPage } from "../../e2e/browser/lab/pair.js";
import { takeDetours } from "../../e2e/browser/rig/detours.js";
import { UdpPath } from "../../e2e/browser/rig/udp-path.js";
import { launch } from "../../e2e/browser/support/browser.js";

/** Two pages that see each other, and the path between them. */
interface Call {
  readonly path: UdpPath;
  readonly pages: readonly [LabPage, LabPage];
}

export interface CutTimes {
  /** The pages were told, as by a phone that leaves a Wi-Fi. */
  readonly told: number[];
  /** Nobody was told. */
  readonly silent: number[];
}

const callsAtOnce = 4;

/**
 * Milliseconds from the cut of the path in use until pictures arrive again, in both directions; another network is there at
 * once. At least as often as `samples` says for each kind of cut.
 */
export async function measureCuts(samples: number): Promise<CutTimes> {
  const server = await LabServer.start();
  const browser = await launch();
  try {
    const calls: Call[] = [];
    for (let number = 0; number < callsAtOnce; number += 1) {
      const path = new UdpPath();
      const open = (end: 0 | 1): Promise<LabPage> =>
        openLab(browser, server, "/", (page) => takeDetours(page, { path, end }));
      const pages = [await open(0), await open(1)] as const;
      for (const page of pages) await joinLab(page, `call ${String(number)}`, { camera: true });
      calls.push({ path, pages });
    }
    const told: number[] = [];
    const silent: number[] = [];
    // One after the other: repairs at the same time would wait for each other's turn on the processor.
    while (told.length < samples) for (const call of calls) told.push(await cut(call, true));
    // These wait for browsers most of the time.
    while (silent.length < samples) silent.push(...(await Promise.all(calls.map((call) => cut(call, false)))));
    for (const { path } of calls) path.close();
    return { told, silent };
  } finally {
    await browser.close();
    await server.close();
  }
}

async function cut({ path, pages }: Call, isTold: boolean): Promise<number> {
  for (const page of pages) {
    await connected(page, 1);
    await seesFrames(page, 3);
  }
  const began = performance.now();
  path.move();
  const taps = [path.tap(0), path.tap(1)];
  if (isTold) await pages[0].page.evaluate(() => window.dispatchEvent(new Event("online")));
  await Promise.all(taps.map((tap) => tap.nextFrame(() => true, 60_000)));
  return performance.now() - began;
}
