import { expect, it } from "vitest";
import { audioLevel } from "./support/media-probes.js";
import { joinMeeting } from "./support/meeting-page.js";
import { withMeeting } from "./support/with-meeting.js";

const meeting = withMeeting();

it("a page without a click shows the video, explains the missing sound, and plays it after a click", async () => {
  const { context } = await meeting.newContext();
  await joinMeeting(context, meeting.url, { room: "sound", name: "Ada" });
  // A driven page counts as clicked: the browser's rule is emulated here.
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
  const bo = await joinMeeting(context, meeting.url, { room: "sound", name: "Bo", media: "none", auto: "1" });
  const sound = bo.page.getByRole("button", { name: "Turn the sound on" });
  await sound.waitFor();
  await bo.showsVideo();
  expect(await audioLevel(bo.video())).toBe(0);
  await sound.click();
  await bo.showsVideo();
  await bo.playsSound();
  expect(await bo.text("error")).toBe("");
});
