import type {} from "../../e2e/browser/lab/in-page.js";
import { LabServer } from "../../e2e/browser/lab/lab-server.js";
import { connected, joinLab, openLab, receivesFrames, type LabPage } from "../../e2e/browser/lab/lab-page.js";
import { divertCandidates } from "../../e2e/browser/rig/divert-candidates.js";
import { UdpPath } from "../../e2e/browser/rig/udp-path.js";
import { launch } from "../../e2e/browser/support/browser.js";

/** Two pages that receive video from each other, and the path between them. */
interface Call {
  readonly path: UdpPath;
  readonly pages: readonly [LabPage, LabPage];
}

export interface CutTimes {
  /** A page got the event `online`, as on a phone that leaves a Wi-Fi. */
  readonly notified: number[];
  /** No page got an event. */
  readonly silent: number[];
}

const callsAtOnce = 4;

/**
 * Milliseconds from the cut of the path in use until video arrives again in both directions; another network is
 * available at once. At least `samples` times for each kind of cut.
 */
export async function measureCuts(samples: number): Promise<CutTimes> {
  const server = await LabServer.start();
  const browser = await launch();
  try {
    const calls: Call[] = [];
    for (let number = 0; number < callsAtOnce; number += 1) {
      const path = new UdpPath();
      const open = (end: 0 | 1): Promise<LabPage> =>
        openLab(browser, server, "/", (page) => divertCandidates(page, { path, end }));
      const pages = [await open(0), await open(1)] as const;
      for (const page of pages) await joinLab(page, `call ${String(number)}`, { camera: true });
      calls.push({ path, pages });
    }
    const notified: number[] = [];
    const silent: number[] = [];
    // One after the other: simultaneous recoveries would compete for the processor.
    while (notified.length < samples) for (const call of calls) notified.push(await cut(call, true));
    // Here the browsers wait most of the time.
    while (silent.length < samples) silent.push(...(await Promise.all(calls.map((call) => cut(call, false)))));
    for (const { path } of calls) path.close();
    return { notified, silent };
  } finally {
    await browser.close();
    await server.close();
  }
}

async function cut({ path, pages }: Call, isNotified: boolean): Promise<number> {
  for (const page of pages) {
    await connected(page, 1);
    await receivesFrames(page, 3);
  }
  const began = performance.now();
  path.changeNetwork();
  const taps = [path.tap(0), path.tap(1)];
  if (isNotified) await pages[0].page.evaluate(() => window.dispatchEvent(new Event("online")));
  await Promise.all(taps.map((tap) => tap.nextFrame(() => true, 60_000)));
  return performance.now() - began;
}
