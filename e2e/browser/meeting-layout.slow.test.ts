import { mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BrowserContext, Page } from "playwright-core";
import { beforeAll, describe, expect, it } from "vitest";
import { resize } from "./support/boxes.js";
import { joinMeeting, openMeeting, type MeetingPage } from "./support/meeting-page.js";
import { startSite } from "./support/site.js";
import { withMeeting } from "./support/with-meeting.js";

/** Screenshots for a person; the assertions find only clear mistakes. */
const screenshots = join(tmpdir(), "sig-meeting-screenshots");
const sizes = {
  phone: { width: 390, height: 844 },
  landscape: { width: 844, height: 390 },
  zoomed: { width: 640, height: 400 },
  desktop: { width: 1280, height: 800 },
};

const meeting = withMeeting();

beforeAll(() => void mkdirSync(screenshots, { recursive: true }));

/** Takes a screenshot in each size, and of the largest in the dark, and checks for clear mistakes. */
async function checkLayout(page: Page, name: string): Promise<void> {
  for (const [size, viewport] of Object.entries(sizes)) {
    await resize(page, viewport);
    await page.screenshot({ path: join(screenshots, `${name}-${size}.png`) });
    expect(
      await page.evaluate(() => document.documentElement.scrollWidth),
      `${name} at ${size} scrolls sideways`,
    ).toBeLessThanOrEqual(viewport.width);
    expect(await cutOff(page), `${name} at ${size}: buttons that are cut off`).toEqual([]);
  }
  await page.emulateMedia({ colorScheme: "dark" });
  await page.screenshot({ path: join(screenshots, `${name}-dark.png`) });
  await page.emulateMedia({ colorScheme: "light" });
}

/** The texts of visible buttons that extend beyond the left or right edge of the page. */
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

/** Joins people in one context. Two cameras are enough: more would only keep the machine busy. */
async function joinAll(context: BrowserContext, room: string, names: string[]): Promise<MeetingPage[]> {
  const pages: MeetingPage[] = [];
  for (const name of names)
    pages.push(await joinMeeting(context, meeting.url, { room, name, media: pages.length < 2 ? "video" : "audio" }));
  await Promise.all(pages.map((page) => page.waitForConnected(names.length - 1)));
  return pages;
}

describe("nothing overflows, on a phone, upright or not, and on a desktop, zoomed or not", () => {
  it("in the lobby", async () => {
    const { context } = await meeting.newContext();
    const { page } = await openMeeting(context, meeting.url, { room: "standup", name: "Ada" });
    await page.waitForFunction(() => document.querySelector("video")?.videoWidth);
    await checkLayout(page, "lobby");
    await context.close();
  });

  it("in the lobby with the result of the connection check", async () => {
    const { context } = await meeting.newContext();
    const { page } = await openMeeting(context, meeting.url, { room: "standup", name: "Ada" });
    await page.getByRole("button", { name: "Check my connection" }).click();
    await page.getByRole("button", { name: "Check again" }).waitFor();
    const sentences = await page.getByTestId("check-sentences").getByRole("listitem").allTextContents();
    expect(sentences).toEqual([
      expect.stringMatching(/^Calls work from here/),
      "No STUN or TURN server is configured.",
      expect.stringMatching(/^Addresses that other people can use: local/),
    ]);
    await checkLayout(page, "checked");
    await context.close();
  });

  it("in the lobby when the camera is blocked", async () => {
    const { context } = await meeting.newContext();
    await context.addInitScript(() => {
      navigator.mediaDevices.getUserMedia = () =>
        Promise.reject(new DOMException("Permission denied", "NotAllowedError"));
    });
    const { page } = await openMeeting(context, meeting.url, { room: "standup", name: "Ada" });
    await page.getByRole("button", { name: "Try again" }).waitFor();
    await checkLayout(page, "blocked");
    await context.close();
  });

  it("in an empty room", async () => {
    const { context } = await meeting.newContext();
    const { page } = await joinMeeting(context, meeting.url, { room: "empty", name: "Ada" });
    await checkLayout(page, "empty");
    await context.close();
  });

  it("with two people and some chat", async () => {
    const { context } = await meeting.newContext();
    const [ada, bo] = await joinAll(context, "two", ["Ada", "Bo"]);
    await bo?.sendChat("Good morning! Can you see the second draft?");
    await bo?.sendChat("It is at the end of the document.");
    await ada?.waitForChat("second draft");
    await ada?.sendChat("I can. Give me a minute to read it.");
    if (ada !== undefined) {
      await ada.showsVideo();
      await ada.page.bringToFront();
      await checkLayout(ada.page, "two");
      await resize(ada.page, sizes.phone);
      await ada.at("panel").click();
      await ada.page.screenshot({ path: join(screenshots, "two-phone-panel.png") });
    }
    await context.close();
  });

  it("with a shared screen while the server is away", async () => {
    const { context } = await meeting.newContext();
    const own = await startSite();
    const ada = await joinMeeting(context, own.url, { room: "screen", name: "Ada" });
    const bo = await joinMeeting(context, own.url, { room: "screen", name: "Bo" });
    await bo.at("screen").click();
    await ada.showsVideo(ada.screen(), 1);
    await checkLayout(bo.page, "screen-own");
    await own.close();
    await ada.waitForState("reconnecting");
    await ada.page.bringToFront();
    await ada.showsVideo();
    await checkLayout(ada.page, "screen");
    await context.close();
  });

  it("with four people, one of them muted and two without a camera", async () => {
    const { context } = await meeting.newContext();
    const [ada, bo] = await joinAll(context, "four", ["Ada", "Bo", "Chinonso Adebayo-Featherstonehaugh", "Dee"]);
    await bo?.at("mute").click();
    if (ada !== undefined) {
      await ada.page.bringToFront();
      await ada.at("tile").getByText("muted").first().waitFor();
      await checkLayout(ada.page, "four");
    }
    await context.close();
  });
});
