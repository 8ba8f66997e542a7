import { afterAll, expect, it } from "vitest";
import type { RunningServer } from "../../../examples/server/src/start-server.js";
import { divertCandidates } from "../rig/divert-candidates.js";
import { TcpProxy } from "../../support/tcp-proxy.js";
import { UdpPath, type End } from "../rig/udp-path.js";
import { newContext } from "../support/browser.js";
import { showsFrames } from "../support/media-probes.js";
import { MeetingPage, useSmallVideo } from "../support/meeting-page.js";
import { Browsers, describePairings, type Pairing } from "../support/pairings.js";
import { startSite } from "../support/site.js";
import { until } from "../../support/until.js";

/** How long the server is away. */
const awayMs = process.env.SIG_LONG === undefined ? 15_000 : 60_000;
const pathAwayMs = 8000;
/**
 * Firefox holds back each WebSocket to a server that did not answer, half as long again each time: after an outage, for
 * up to half of its length (docs/recovery.md).
 */
const firefoxDelayMs = awayMs / 2;

declare global {
  interface Window {
    /** Every state of the manager and of the tiles that the page has shown. */
    shown: Set<string>;
  }
}

describePairings("a redeploy during a meeting", ["chromium firefox"], (pairing) => {
  const browsers = new Browsers();
  const path = new UdpPath();
  let site: RunningServer | undefined;
  let proxy: TcpProxy | undefined;

  afterAll(async () => {
    await browsers.close();
    await proxy?.close();
    await site?.close();
    path.close();
  });

  it(
    "shows only `reconnecting`: a screen shared meanwhile arrives, a cut path recovers, and the server " +
      "returns elsewhere",
    { timeout: 240_000 },
    async () => {
      site = await startSite();
      proxy = await TcpProxy.open(site.port);
      const open = (end: End, name: string): Promise<MeetingPage> =>
        enter(
          browsers,
          pairing,
          path,
          end,
          `${proxy?.url ?? ""}/?${new URLSearchParams({ room: "redeploy", name, media: "video" }).toString()}`,
        );
      const [ada, bo] = [await open(0, "Ada"), await open(1, "Bo")];
      await Promise.all([ada, bo].map(showsTheOther));
      await Promise.all([ada, bo].map(recordStates));

      // Connections are reset without an exit, and new ones are refused.
      proxy.mode = "refusing";
      proxy.cut();
      const away = performance.now();
      await Promise.all([ada.waitForState("reconnecting"), bo.waitForState("reconnecting")]);
      await site.close();

      await ada.at("screen").click();
      await bo.screen().waitFor();
      await showsFrames(bo.screen(), 1);
      await ada.sendChat("Can you see it?");
      await bo.waitForChat("Can you see it?");

      path.cut();
      await new Promise((resolve) => setTimeout(resolve, pathAwayMs));
      path.restore();
      await Promise.all([ada, bo].map(showsTheOther));

      await new Promise((resolve) => setTimeout(resolve, awayMs - (performance.now() - away)));
      expect([await ada.text("status"), await bo.text("status")]).toEqual(["reconnecting", "reconnecting"]);
      const { port } = site;
      site = await startSite();
      expect(site.port).not.toBe(port);
      proxy.targetPort = site.port;
      proxy.mode = "open";
      const joinedMs = 20_000 + firefoxDelayMs;
      await Promise.all([ada.waitForState("joined", joinedMs), bo.waitForState("joined", joinedMs)]);
      await Promise.all([ada, bo].map(showsTheOther));
      await showsFrames(bo.screen(), 1);
      await ada.at("screen").click();
      await bo.screen().waitFor({ state: "hidden" });

      for (const { page } of [ada, bo]) {
        const shown = await page.evaluate(() => [...window.shown].sort());
        expect(shown).toEqual(expect.arrayContaining(["manager joined", "manager reconnecting", "tile connected"]));
        expect(
          shown.filter(
            (state) =>
              !["manager joined", "manager reconnecting", "tile connected", "tile reconnecting"].includes(state),
          ),
        ).toEqual([]);
      }
      await until("no error", async () => !(await ada.at("error").isVisible()) && !(await bo.at("error").isVisible()));
    },
  );
});

async function enter(
  browsers: Browsers,
  pairing: Pairing,
  path: UdpPath,
  end: End,
  address: string,
): Promise<MeetingPage> {
  const { context } = await newContext(await browsers.get(pairing[end]));
  const page = await context.newPage();
  await page.addInitScript(useSmallVideo);
  await divertCandidates(page, { path, end });
  await page.goto(address);
  const meeting = new MeetingPage(page);
  await meeting.join();
  return meeting;
}

async function showsTheOther(meeting: MeetingPage): Promise<void> {
  await meeting.waitForConnected(1);
  await showsFrames(meeting.video(), 5);
}

async function recordStates({ page }: MeetingPage): Promise<void> {
  await page.evaluate(() => {
    window.shown = new Set();
    const note = (): void => {
      window.shown.add(`manager ${document.querySelector("[data-testid=status]")?.textContent ?? ""}`);
      for (const tile of document.querySelectorAll("[data-testid=tile]"))
        window.shown.add(`tile ${tile.getAttribute("data-state") ?? ""}`);
    };
    note();
    new MutationObserver(note).observe(document.body, {
      subtree: true,
      childList: true,
      characterData: true,
      attributes: true,
    });
  });
}
