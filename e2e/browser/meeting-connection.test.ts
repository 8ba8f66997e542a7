import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { RunningServer } from "../../examples/server/src/start-server.js";
import { launch } from "./support/browser.js";
import { openRoom } from "./support/rooms.js";
import { startSite } from "./support/site.js";
import { until } from "./support/until.js";

let site: RunningServer;
let browser: Browser;

beforeAll(async () => {
  [site, browser] = await Promise.all([startSite(), launch()]);
});

afterEach(async () => {
  await Promise.all(browser.contexts().map((context) => context.close()));
});

afterAll(async () => {
  await browser.close();
  await site.close();
});

describe("a person in a meeting", () => {
  it("reads how they are connected and why, also while the server is away", async () => {
    const { enter } = openRoom(browser, site.url);
    const ada = await enter("Ada", { media: "none" });
    const bo = await enter("Bo", { media: "none" });
    await Promise.all([ada.connectsTo(1), bo.connectsTo(1)]);
    expect(await ada.text("connection-words")).toBe("Connected");
    expect(await ada.at("reasons").isVisible()).toBe(false);
    await ada.at("connection").getByText("why?").click();
    await until("the path", async () => (await ada.text("reasons")).includes("Connected directly (udp)."));

    const { port } = site;
    await site.close();
    await Promise.all([ada.reaches("reconnecting"), bo.reaches("reconnecting")]);
    await ada.page.getByText("Reconnecting to the server; the call goes on.").waitFor();
    await until("the reason", async () =>
      (await ada.text("reasons")).includes("The signaling server is away; the call itself goes on."),
    );
    expect(await ada.tileStates()).toEqual(["connected"]);
    site = await startSite(port);
    await Promise.all([ada.reaches("joined"), bo.reaches("joined")]);
    await until("a path and nothing else", async () => (await ada.text("reasons")) === "Connected directly (udp).");
    expect(await ada.tileStates()).toEqual(["connected"]);
  });

  it("copies a report of what happened, with nothing private in it", async () => {
    const { enter } = openRoom(browser, site.url);
    const ada = await enter("Ada", { media: "none" });
    const bo = await enter("Bobadilla", { media: "none" });
    await Promise.all([ada.connectsTo(1), bo.connectsTo(1)]);
    await ada.page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await ada.at("copy-report").click();
    await ada.page.getByText("Report copied.").waitFor();
    const report = await ada.page.evaluate(() => navigator.clipboard.readText());
    expect((JSON.parse(report) as { what: string }[]).map(({ what }) => what)).toContain("peer joined");
    for (const secret of ["Bobadilla", "typ host", "127.0.0.1", "fingerprint"]) expect(report).not.toContain(secret);
  });
});
