import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { RunningServer } from "../../examples/server/src/start-server.js";
import { launch, newContext } from "./support/browser.js";
import { joinMeeting, type MeetingPage } from "./support/meeting-page.js";
import { startSite } from "./support/site.js";

let site: RunningServer;
let browser: Browser;
let rooms = 0;

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

/** Opens a room of its own for a test, and lets people in one after the other. */
function openRoom() {
  rooms += 1;
  const room = `room ${String(rooms)}`;
  const errors: string[] = [];
  return {
    room,
    errors,
    enter: async (name: string, media: "none" | "audio" | "video" = "video"): Promise<MeetingPage> => {
      const { context, errors: thrown } = await newContext(browser);
      context.on("close", () => errors.push(...thrown));
      return joinMeeting(context, site.url, { room, name, media });
    },
  };
}

describe("two people", () => {
  it("see and hear each other within 3 seconds of joining", async () => {
    const { enter } = openRoom();
    const ada = await enter("Ada");
    const started = performance.now();
    const bo = await enter("Bo");
    await Promise.all([ada.sees(), bo.sees()]);
    const elapsed = performance.now() - started;
    await Promise.all([ada.hears(), bo.hears()]);
    expect(elapsed).toBeLessThan(3000);
    console.log(elapsed);
  });
});
