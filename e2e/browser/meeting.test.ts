import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { RunningServer } from "../../examples/server/src/start-server.js";
import { launch } from "./support/browser.js";
import { audioLevel, brightness, frameCount } from "./support/media-probes.js";
import { openRoom } from "./support/rooms.js";
import { startSite } from "./support/site.js";
import { until } from "./support/until.js";

/** A decoder may leave the last bit of 16 set (0.00003) where nothing was said. */
const inaudible = 0.0001;

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

const room = () => openRoom(browser, site.url);

describe("two people", () => {
  it("see each other within 3 seconds of joining, in the middle of five joins", async () => {
    const { enter, errors } = room();
    const ada = await enter("Ada");
    const bo = await enter("Bo");
    const times: number[] = [];
    for (let round = 0; round < 5; round += 1) {
      await bo.leave();
      await until("an empty room", async () => (await ada.text("peer-count")) === "0");
      const started = performance.now();
      await bo.join();
      await until(
        "a tile on both sides",
        async () => (await ada.at("tile").count()) === 1 && (await bo.at("tile").count()) === 1,
      );
      await Promise.all([ada.sees(ada.video(), 1), bo.sees(bo.video(), 1)]);
      times.push(performance.now() - started);
    }
    expect(times.sort((a, b) => a - b)[2]).toBeLessThan(3000);
    expect(errors).toEqual([]);
  });

  it("hear each other", async () => {
    const { enter } = room();
    const [ada, bo] = [await enter("Ada"), await enter("Bo")];
    await Promise.all([ada.seesAll(1), bo.seesAll(1)]);
    await Promise.all([ada.hears(), bo.hears()]);
  });

  it("talk in the chat, and markup stays text", async () => {
    const { enter, errors } = room();
    const [ada, bo] = [await enter("Ada", { media: "none" }), await enter("Bo", { media: "none" })];
    await Promise.all([ada.connectsTo(1), bo.connectsTo(1)]);
    await ada.say("hello <img src=x onerror=alert(1)>");
    await bo.reads("hello <img src=x onerror=alert(1)>");
    await bo.say("hello yourself");
    await ada.reads("hello yourself");
    expect(await ada.at("chat-log").locator("> *").count()).toBe(2);
    expect(await bo.at("chat-log").locator("> *").count()).toBe(2);
    expect(await bo.at("chat-log").locator("img").count()).toBe(0);
    expect(errors).toEqual([]);
  });

  it("know who is muted, and a muted microphone sends silence", async () => {
    const { enter } = room();
    const [ada, bo] = [await enter("Ada"), await enter("Bo")];
    await Promise.all([ada.seesAll(1), bo.hears()]);
    await ada.at("mute").click();
    expect(await ada.at("mute").getAttribute("aria-pressed")).toBe("true");
    await bo.at("tile").getByText("muted").waitFor();
    await until("silence", async () => (await audioLevel(bo.video())) < inaudible);
    // The fake microphone beeps once a second: silence now and then is no proof.
    for (let sample = 0; sample < 8; sample += 1) expect(await audioLevel(bo.video())).toBeLessThan(inaudible);
    await ada.at("mute").click();
    await bo.hears();
  });

  it("switch the camera off and on again, with the picture gone and back on the other side", async () => {
    const { enter } = room();
    const [ada, bo] = [await enter("Ada"), await enter("Bo")];
    await bo.seesAll(1);
    await ada.page.keyboard.press("c");
    expect(await ada.at("camera").getAttribute("aria-pressed")).toBe("true");
    await until("a tile with no picture", async () => (await bo.at("tile").getAttribute("data-camera")) === "off");
    expect(await ada.at("local-video").evaluate((video) => (video as HTMLVideoElement).srcObject)).toBe(null);
    await ada.page.keyboard.press("c");
    await until("a tile with a picture", async () => (await bo.at("tile").getAttribute("data-camera")) === "on");
    await bo.sees();
    expect(await brightness(bo.video())).toBeGreaterThan(10);
  });

  it("share a screen beside the camera, and stop", async () => {
    const { enter, errors } = room();
    const [ada, bo] = [await enter("Ada"), await enter("Bo")];
    await bo.seesAll(1);
    await ada.at("screen").click();
    await bo.screen().waitFor();
    await bo.sees(bo.screen(), 1);
    await bo.sees(bo.video());
    expect(await ada.at("screen").getAttribute("aria-pressed")).toBe("true");
    await ada.at("screen").click();
    await bo.screen().waitFor({ state: "hidden" });
    await bo.sees(bo.video());
    expect(errors).toEqual([]);
  });

  it("go on without camera and microphone, and open them later", async () => {
    const { enter } = room();
    const [ada, bo] = [await enter("Ada", { media: "none" }), await enter("Bo", { media: "audio" })];
    await Promise.all([ada.connectsTo(1), bo.connectsTo(1)]);
    await ada.hears();
    expect(await ada.at("mute").getAttribute("aria-pressed")).toBe("true");
    expect(await bo.at("mute").getAttribute("aria-pressed")).toBe("false");
    await ada.at("camera").click();
    await ada.at("mute").click();
    await bo.sees();
    await bo.hears();
  });
});

describe("somebody who comes late", () => {
  it("sees the camera and the screen that were there before", async () => {
    const { enter } = room();
    const ada = await enter("Ada");
    await ada.at("screen").click();
    await until("a shared screen", async () => (await ada.at("screen").getAttribute("aria-pressed")) === "true");
    const bo = await enter("Bo", { media: "none" });
    await bo.sees(bo.video());
    await bo.sees(bo.screen(), 1);
  });
});

describe("somebody who goes", () => {
  it("leaves at once, is in the lobby again and lets go of the camera", async () => {
    const { enter, name } = room();
    const [ada, bo] = [await enter("Ada"), await enter("Bo")];
    await ada.seesAll(1);
    const track = await bo
      .at("local-video")
      .evaluateHandle((video) => ((video as HTMLVideoElement).srcObject as MediaStream).getTracks());
    await bo.leave();
    await until(
      "nobody else",
      async () => (await ada.text("peer-count")) === "0" && (await ada.at("tile").count()) === 0,
    );
    expect(await bo.text("status")).toBe("left");
    expect(await bo.at("room").inputValue()).toBe(name);
    expect(await track.evaluate((tracks) => tracks.map((each) => each.readyState))).toEqual(["ended", "ended"]);
    await bo.join();
    await Promise.all([ada.seesAll(1), bo.seesAll(1)]);
  });

  it("leaves no ghost when the tab is closed", async () => {
    const { enter } = room();
    const [ada, bo] = [await enter("Ada", { media: "none" }), await enter("Bo", { media: "none" })];
    await ada.connectsTo(1);
    await bo.page.close();
    // Sooner than the 30 s that the server keeps the place of somebody who was lost.
    await until("nobody else", async () => (await ada.at("tile").count()) === 0);
  });

  it("leaves no ghost on a reload, and the pictures come back", async () => {
    const { enter } = room();
    const [ada, bo] = [await enter("Ada"), await enter("Bo", { auto: "1" })];
    await Promise.all([ada.seesAll(1), bo.seesAll(1)]);
    const before = await ada.at("tile").getAttribute("data-peer-id");
    await bo.page.reload();
    await bo.reaches("joined");
    await until(
      "another id",
      async () =>
        (await ada.at("tile").count()) === 1 && (await ada.at("tile").getAttribute("data-peer-id")) !== before,
    );
    await Promise.all([ada.seesAll(1), bo.seesAll(1)]);
    expect(await frameCount(bo.video())).toBeGreaterThan(0);
  });
});
