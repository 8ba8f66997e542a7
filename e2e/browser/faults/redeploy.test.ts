import { afterAll, expect, it } from "vitest";
import type { RunningServer } from "../../../examples/server/src/start-server.js";
import { takeDetours } from "../rig/detours.js";
import { TcpProxy } from "../rig/tcp-proxy.js";
import { UdpPath, type End } from "../rig/udp-path.js";
import { newContext } from "../support/browser.js";
import { shows } from "../support/media-probes.js";
import { MeetingPage, takeSmallPictures } from "../support/meeting-page.js";
import { Browsers, describePairings, type Pairing } from "../support/pairings.js";
import { startSite } from "../support/site.js";
import { until } from "../support/until.js";

/** The server is away for half a minute; in the long run for a whole one. */
const awayMs = process.env.SIG_LONG === undefined ? 30_000 : 60_000;
const pathAwayMs = 8000;

declare global {
  interface Window {
    /** Every state of the manager and of the tiles that the page has shown. */
    shown: Set<string>;
  }
}

describePairings("a redeploy in the middle of a meeting", ["chromium firefox"], (pairing) => {
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
    "is a short `reconnecting`: the screen that is shared meanwhile is seen, a path that is cut comes back, and so does the server, elsewhere",
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
      await Promise.all([ada, bo].map(seesTheOther));
      await Promise.all([ada, bo].map(recordStates));

      // Nobody says goodbye: the connections are reset, and there is nobody where the server was.
      proxy.mode = "refusing";
      proxy.cut();
      const away = performance.now();
      await Promise.all([ada.reaches("reconnecting"), bo.reaches("reconnecting")]);
      await site.close();

      await ada.at("screen").click();
      await bo.screen().waitFor();
      await shows(bo.screen(), 1);
      await ada.say("Can you see it?");
      await bo.reads("Can you see it?");

      path.cut();
      await new Promise((resolve) => setTimeout(resolve, pathAwayMs));
      path.mend();
      await Promise.all([ada, bo].map(seesTheOther));

      await new Promise((resolve) => setTimeout(resolve, awayMs - (performance.now() - away)));
      expect([await ada.text("status"), await bo.text("status")]).toEqual(["reconnecting", "reconnecting"]);
      const { port } = site;
      site = await startSite();
      expect(site.port).not.toBe(port);
      proxy.targetPort = site.port;
      proxy.mode = "open";
      await Promise.all([ada.reaches("joined"), bo.reaches("joined")]);
      await Promise.all([ada, bo].map(seesTheOther));
      await shows(bo.screen(), 1);
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
  await page.addInitScript(takeSmallPictures);
  await takeDetours(page, { path, end });
  await page.goto(address);
  const meeting = new MeetingPage(page);
  await meeting.join();
  return meeting;
}

async function seesTheOther(meeting: MeetingPage): Promise<void> {
  await meeting.connectsTo(1);
  await shows(meeting.video(), 5);
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
