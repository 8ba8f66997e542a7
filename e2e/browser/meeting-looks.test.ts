import { mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { RunningServer } from "../../examples/server/src/start-server.js";
import { launch, newContext } from "./support/browser.js";
import { joinMeeting, openMeeting, type MeetingPage } from "./support/meeting-page.js";
import { startSite } from "./support/site.js";

/** To be looked at by a person; the assertions only find what no picture should show. */
const pictures = join(tmpdir(), "sig-meeting-pictures");
const sizes = { phone: { width: 390, height: 844 }, desktop: { width: 1280, height: 800 } };

let site: RunningServer;
let browser: Browser;

beforeAll(async () => {
  mkdirSync(pictures, { recursive: true });
  [site, browser] = await Promise.all([startSite(), launch()]);
});

afterAll(async () => {
  await browser.close();
  await site.close();
});

/** Takes a picture in each of the sizes and colour schemes, and judges what can be judged without eyes. */
async function takePictures(page: Page, name: string): Promise<void> {
  for (const [size, viewport] of Object.entries(sizes)) {
    await page.setViewportSize(viewport);
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      await page.screenshot({ path: join(pictures, `${name}-${size}-${colorScheme}.png`) });
    }
    expect(
      await page.evaluate(() => document.documentElement.scrollWidth),
      `${name} at ${size} scrolls sideways`,
    ).toBeLessThanOrEqual(viewport.width);
    expect(await cutOff(page), `${name} at ${size}: buttons that are cut off`).toEqual([]);
  }
}

/** The names of visible buttons that reach over the left or right edge of the page. */
function cutOff(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll("button")]
      .filter((button) => {
        const { left, right, width } = button.getBoundingClientRect();
        return width > 0 && (left < 0 || right > innerWidth);
      })
      .map((button) => button.textContent),
  );
}

/** The first two have a camera. More of them would only keep the machine busy. */
async function fill(context: BrowserContext, room: string, names: string[]): Promise<MeetingPage[]> {
  const pages: MeetingPage[] = [];
  for (const name of names)
    pages.push(await joinMeeting(context, site.url, { room, name, media: pages.length < 2 ? "video" : "audio" }));
  await Promise.all(pages.map((page) => page.connectsTo(names.length - 1)));
  return pages;
}

describe("nothing overflows, on a phone and on a desktop", () => {
  it("in the lobby", async () => {
    const { context } = await newContext(browser);
    const { page } = await openMeeting(context, site.url, { room: "standup", name: "Ada" });
    await page.waitForFunction(() => document.querySelector("video")?.videoWidth);
    await takePictures(page, "lobby");
    await context.close();
  });

  it("in the lobby when the connection was checked, in words", async () => {
    const { context } = await newContext(browser);
    const { page } = await openMeeting(context, site.url, { room: "standup", name: "Ada" });
    await page.getByRole("button", { name: "Check my connection" }).click();
    await page.getByRole("button", { name: "Check again" }).waitFor();
    const sentences = await page.getByTestId("check-sentences").getByRole("listitem").allTextContents();
    expect(sentences).toEqual([
      expect.stringMatching(/^Calls work from here/),
      "There is no STUN or TURN server.",
      expect.stringMatching(/^Addresses that others can be told: local/),
    ]);
    await takePictures(page, "checked");
    await context.close();
  });

  it("in the lobby when the camera was refused", async () => {
    const { context } = await newContext(browser);
    await context.addInitScript(() => {
      navigator.mediaDevices.getUserMedia = () =>
        Promise.reject(new DOMException("Permission denied", "NotAllowedError"));
    });
    const { page } = await openMeeting(context, site.url, { room: "standup", name: "Ada" });
    await page.getByRole("button", { name: "Try again" }).waitFor();
    await takePictures(page, "refused");
    await context.close();
  });

  it("in a room with nobody else", async () => {
    const { context } = await newContext(browser);
    const { page } = await joinMeeting(context, site.url, { room: "empty", name: "Ada" });
    await takePictures(page, "empty");
    await context.close();
  });

  it("with two people and some chat", async () => {
    const { context } = await newContext(browser);
    const [ada, bo] = await fill(context, "two", ["Ada", "Bo"]);
    await bo?.say("Good morning! Can you see the second draft?");
    await bo?.say("It is at the end of the document.");
    await ada?.reads("second draft");
    await ada?.say("I can. Give me a minute to read it.");
    if (ada !== undefined) {
      await ada.sees();
      await ada.page.bringToFront();
      await takePictures(ada.page, "two");
      await ada.page.setViewportSize(sizes.phone);
      await ada.at("panel").click();
      await ada.page.screenshot({ path: join(pictures, "two-phone-panel.png") });
    }
    await context.close();
  });

  it("with a shared screen and a server that is away", async () => {
    const { context } = await newContext(browser);
    const own = await startSite();
    const ada = await joinMeeting(context, own.url, { room: "screen", name: "Ada" });
    const bo = await joinMeeting(context, own.url, { room: "screen", name: "Bo" });
    await bo.at("screen").click();
    await ada.sees(ada.screen(), 1);
    await takePictures(bo.page, "screen-own");
    await own.close();
    await ada.reaches("reconnecting");
    await ada.page.bringToFront();
    await ada.sees();
    await takePictures(ada.page, "screen");
    await context.close();
  });

  it("with four people, one of them muted and two without a camera", async () => {
    const { context } = await newContext(browser);
    const [ada, bo] = await fill(context, "four", ["Ada", "Bo", "Chinonso Adebayo-Featherstonehaugh", "Dee"]);
    await bo?.at("mute").click();
    if (ada !== undefined) {
      await ada.page.bringToFront();
      await ada.at("tile").getByText("muted").first().waitFor();
      await takePictures(ada.page, "four");
    }
    await context.close();
  });
});
