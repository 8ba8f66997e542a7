import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { LabServer } from "./lab/lab.js";
import { connected, joinLab, openLab, type LabPage } from "./lab/pair.js";
import { launch } from "./support/browser.js";

const rounds = process.env.SIG_LONG === undefined ? 200 : 1000;

describe("glare", () => {
  let server: LabServer;
  let browser: Browser;
  let pages: LabPage[];

  beforeAll(async () => {
    [server, browser] = await Promise.all([LabServer.start(), launch()]);
    pages = await Promise.all([openLab(browser, server), openLab(browser, server)]);
    for (const page of pages) await joinLab(page, "glare", { camera: true });
    await Promise.all(pages.map((page) => connected(page, 1)));
  });

  afterAll(async () => {
    await browser.close();
    await server.close();
  });

  it(`ends in the same tracks on both sides after each of ${String(rounds)} rounds in which both add or remove one at the same instant`, { timeout: 15 * 60_000 }, async () => {
    await Promise.all(pages.map(({ page }) => page.evaluate(async () => (window.kept.stream = await window.lab.media()))));
    const both = (round: number): Promise<unknown> => {
      const at = Date.now() + 20;
      return Promise.all(pages.map(({ page }) => page.evaluate(changeAndSettle, { round, at })));
    };
    for (let round = 0; round < rounds; round += 1) await both(round);

    const ends = await Promise.all(pages.map(({ page }) => page.evaluate(describeConnection)));
    for (const end of ends) expect(end).toEqual({ state: "stable", connected: true, mediaSections: 3, heardErrors: [] });
    expect(pages.flatMap(({ errors }) => errors)).toEqual([]);
  });
});

async function changeAndSettle({ round, at }: { round: number; at: number }): Promise<void> {
  // Both pages share a machine and so a clock: they change in the same millisecond or two.
  while (Date.now() < at);
  if (round % 2 === 0) window.kept.publication = window.manager.publish(window.kept.stream as MediaStream, { label: `round ${String(round)}` });
  else (window.kept.publication as { stop(): void }).stop();
  const expected = round % 2 === 0 ? ["camera", `round ${String(round)}`] : ["camera"];
  await window.lab.until(
    () => [[...(window.kept.labels as string[])].sort().join(), [...window.manager.peers.values()][0]?.connection?.signalingState],
    ([labels, state]) => labels === expected.join() && state === "stable",
    10_000,
  );
}

function describeConnection(): object {
  const connection = [...window.manager.peers.values()][0]?.connection;
  return {
    state: connection?.signalingState,
    connected: connection?.connectionState === "connected",
    mediaSections: connection?.localDescription?.sdp.match(/^m=/gm)?.length,
    heardErrors: window.heard.filter((line) => line.startsWith("error")),
  };
}
