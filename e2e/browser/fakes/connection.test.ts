import type { Browser, Page } from "playwright-core";
import { FakeNetwork, fakeStream } from "@sig/client/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { launch } from "../support/browser.js";
import { behaviours, type Tools } from "./behaviours.js";

/** The same script over the fake and over a browser's own connections: what comes of it has to be the same. */
describe("a fake connection does what Chromium does:", () => {
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    browser = await launch();
    page = await browser.newPage();
    await page.goto("about:blank");
    await page.evaluate(() => {
      const track = (kind: "audio" | "video"): MediaStreamTrack | undefined =>
        kind === "video"
          ? document.createElement("canvas").captureStream().getTracks()[0]
          : new AudioContext().createMediaStreamDestination().stream.getTracks()[0];
      const tools = {
        create: (configuration?: RTCConfiguration) => new RTCPeerConnection(configuration),
        stream: (...kinds: ("audio" | "video")[]) => new MediaStream(kinds.map((kind) => track(kind)!)),
      };
      Object.assign(globalThis, { tools });
    });
  });

  afterAll(async () => {
    await browser.close();
  });

  it.each(behaviours)("$name", async ({ run }) => {
    const network = new FakeNetwork();
    const tools: Tools = {
      create: (configuration) => new network.RTCPeerConnection(configuration),
      stream: (...kinds) => fakeStream(...kinds),
    };
    const [fake, real] = await Promise.all([run(tools), page.evaluate(`(${run.toString()})(globalThis.tools)`)]);
    expect(fake).toEqual(real);
  });
});
