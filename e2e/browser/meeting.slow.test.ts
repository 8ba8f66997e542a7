import { describe, expect, it } from "vitest";
import { audioLevel, brightness, frameCount } from "./support/media-probes.js";
import { withMeeting } from "./support/with-meeting.js";
import { until } from "../support/until.js";

/** Decoded silence may have the last bit of 16 set (0.00003). */
const inaudible = 0.0001;

const meeting = withMeeting();

describe("two people", () => {
  it("hear each other", async () => {
    const { enter } = meeting.open();
    const [ada, bo] = [await enter("Ada"), await enter("Bo")];
    await Promise.all([ada.showsEveryVideo(1), bo.showsEveryVideo(1)]);
    await Promise.all([ada.playsSound(), bo.playsSound()]);
  });

  it("talk in the chat, and markup stays text", async () => {
    const { enter, errors } = meeting.open();
    const [ada, bo] = [await enter("Ada", { media: "none" }), await enter("Bo", { media: "none" })];
    await Promise.all([ada.waitForConnected(1), bo.waitForConnected(1)]);
    await ada.sendChat("hello <img src=x onerror=alert(1)>");
    await bo.waitForChat("hello <img src=x onerror=alert(1)>");
    await bo.sendChat("hello yourself");
    await ada.waitForChat("hello yourself");
    expect(await ada.at("chat-log").locator("> *").count()).toBe(2);
    expect(await bo.at("chat-log").locator("> *").count()).toBe(2);
    expect(await bo.at("chat-log").locator("img").count()).toBe(0);
    expect(errors).toEqual([]);
  });

  it("see who is muted, and a muted microphone sends silence", async () => {
    const { enter } = meeting.open();
    const [ada, bo] = [await enter("Ada"), await enter("Bo")];
    await Promise.all([ada.showsEveryVideo(1), bo.playsSound()]);
    await ada.at("mute").click();
    expect(await ada.at("mute").getAttribute("aria-pressed")).toBe("true");
    await bo.at("tile").getByText("muted").waitFor();
    await until("silence", async () => (await audioLevel(bo.video())) < inaudible);
    // The fake microphone beeps once a second: one silent sample proves nothing.
    for (let sample = 0; sample < 8; sample += 1) expect(await audioLevel(bo.video())).toBeLessThan(inaudible);
    await ada.at("mute").click();
    await bo.playsSound();
  });

  it("switch the camera off and on again, and the video ends and returns on the other side", async () => {
    const { enter } = meeting.open();
    const [ada, bo] = [await enter("Ada"), await enter("Bo")];
    await bo.showsEveryVideo(1);
    await ada.page.keyboard.press("c");
    expect(await ada.at("camera").getAttribute("aria-pressed")).toBe("true");
    await until("a tile without video", async () => (await bo.at("tile").getAttribute("data-camera")) === "off");
    expect(await ada.at("local-video").evaluate((video) => (video as HTMLVideoElement).srcObject)).toBe(null);
    await ada.page.keyboard.press("c");
    await until("a tile with video", async () => (await bo.at("tile").getAttribute("data-camera")) === "on");
    await bo.showsVideo();
    expect(await brightness(bo.video())).toBeGreaterThan(10);
  });

  it("share a screen next to the camera, and stop", async () => {
    const { enter, errors } = meeting.open();
    const [ada, bo] = [await enter("Ada"), await enter("Bo")];
    await bo.showsEveryVideo(1);
    await ada.at("screen").click();
    await bo.screen().waitFor();
    await bo.showsVideo(bo.screen(), 1);
    await bo.showsVideo(bo.video());
    expect(await ada.at("screen").getAttribute("aria-pressed")).toBe("true");
    await ada.at("screen").click();
    await bo.screen().waitFor({ state: "hidden" });
    await bo.showsVideo(bo.video());
    expect(errors).toEqual([]);
  });

  it("join without camera or microphone, and switch them on later", async () => {
    const { enter } = meeting.open();
    const [ada, bo] = [await enter("Ada", { media: "none" }), await enter("Bo", { media: "audio" })];
    await Promise.all([ada.waitForConnected(1), bo.waitForConnected(1)]);
    await ada.playsSound();
    expect(await ada.at("mute").getAttribute("aria-pressed")).toBe("true");
    expect(await bo.at("mute").getAttribute("aria-pressed")).toBe("false");
    await ada.at("camera").click();
    await ada.at("mute").click();
    await bo.showsVideo();
    await bo.playsSound();
  });
});

describe("a person who joins late", () => {
  it("sees the camera and the screen that were shared before", async () => {
    const { enter } = meeting.open();
    const ada = await enter("Ada");
    await ada.at("screen").click();
    await until("a shared screen", async () => (await ada.at("screen").getAttribute("aria-pressed")) === "true");
    const bo = await enter("Bo", { media: "none" });
    await bo.showsVideo(bo.video());
    await bo.showsVideo(bo.screen(), 1);
  });
});

describe("a person who leaves", () => {
  it("is removed at once, returns to the lobby and releases the camera", async () => {
    const { enter, name } = meeting.open();
    const [ada, bo] = [await enter("Ada"), await enter("Bo")];
    await ada.showsEveryVideo(1);
    const track = await bo
      .at("local-video")
      .evaluateHandle((video) => ((video as HTMLVideoElement).srcObject as MediaStream).getTracks());
    await bo.leave();
    await until(
      "an empty room",
      async () => (await ada.text("peer-count")) === "0" && (await ada.at("tile").count()) === 0,
    );
    expect(await bo.text("status")).toBe("left");
    expect(await bo.at("room").inputValue()).toBe(name);
    expect(await track.evaluate((tracks) => tracks.map((each) => each.readyState))).toEqual(["ended", "ended"]);
    await bo.join();
    await Promise.all([ada.showsEveryVideo(1), bo.showsEveryVideo(1)]);
  });

  it("is removed when the tab is closed", async () => {
    const { enter } = meeting.open();
    const [ada, bo] = [await enter("Ada", { media: "none" }), await enter("Bo", { media: "none" })];
    await ada.waitForConnected(1);
    await bo.page.close();
    // Sooner than the 30 s that the server waits for a lost peer.
    await until("an empty room", async () => (await ada.at("tile").count()) === 0);
  });

  it("is removed on a reload, and both see each other again", async () => {
    const { enter } = meeting.open();
    const [ada, bo] = [await enter("Ada"), await enter("Bo", { auto: "1" })];
    await Promise.all([ada.showsEveryVideo(1), bo.showsEveryVideo(1)]);
    const before = await ada.at("tile").getAttribute("data-peer-id");
    await bo.page.reload();
    await bo.waitForState("joined");
    await until(
      "another id",
      async () =>
        (await ada.at("tile").count()) === 1 && (await ada.at("tile").getAttribute("data-peer-id")) !== before,
    );
    await Promise.all([ada.showsEveryVideo(1), bo.showsEveryVideo(1)]);
    expect(await frameCount(bo.video())).toBeGreaterThan(0);
  });
});
