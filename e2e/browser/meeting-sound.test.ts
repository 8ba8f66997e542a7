import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { RunningServer } from "../../examples/server/src/start-server.js";
import { launch, newContext } from "./support/browser.js";
import { audioLevel } from "./support/media-probes.js";
import { joinMeeting } from "./support/meeting-page.js";
import { startSite } from "./support/site.js";

let site: RunningServer;
let browser: Browser;

beforeAll(async () => {
  [site, browser] = await Promise.all([startSite(), launch()]);
});

afterAll(async () => {
  await browser.close();
  await site.close();
});

it("a page that nobody has clicked shows the picture, says why there is no sound, and gives it at a click", async () => {
  const { context } = await newContext(browser);
  await joinMeeting(context, site.url, { room: "sound", name: "Ada" });
  // Whatever drives a browser counts as a person's click in it: the browser's own rule is written out here.
  await context.addInitScript(() => {
    const { play } = HTMLMediaElement.prototype;
    let clicked = false;
    window.addEventListener("click", () => (clicked = true), { capture: true });
    HTMLMediaElement.prototype.play = function (this: HTMLMediaElement) {
      return clicked || this.muted
        ? play.call(this)
        : Promise.reject(new DOMException("The page was not clicked.", "NotAllowedError"));
    };
  });
  const bo = await joinMeeting(context, site.url, { room: "sound", name: "Bo", media: "none", auto: "1" });
  const sound = bo.page.getByRole("button", { name: "Turn the sound on" });
  await sound.waitFor();
  await bo.sees();
  expect(await audioLevel(bo.video())).toBe(0);
  await sound.click();
  await bo.sees();
  await bo.hears();
  expect(await bo.text("error")).toBe("");
});
