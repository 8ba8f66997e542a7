import type { Browser, Page } from "playwright-core";
import { FakeNetwork, fakeStream } from "@sig/client/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Browsers } from "../support/pairings.js";
import { commonTools, type Tools } from "./behaviors/behavior.js";
import { connectingBehaviors } from "./behaviors/connecting.js";
import { mediaBehaviors } from "./behaviors/media.js";
import { negotiationBehaviors } from "./behaviors/negotiation.js";
import { statesBehaviors } from "./behaviors/states.js";

/** The same function runs with a fake connection and with a browser's own; both have to return the same. */
describe("a fake connection does what Chromium does:", () => {
  const browsers = new Browsers();
  let page: Page;

  beforeAll(async () => {
    const browser: Browser = await browsers.get("chromium");
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
    for (const [name, tool] of Object.entries(commonTools))
      await page.evaluate(`globalThis.tools.${name} = ${String(tool)}; 0`);
  });

  afterAll(() => browsers.close());

  it.each([...statesBehaviors, ...mediaBehaviors, ...negotiationBehaviors, ...connectingBehaviors])(
    "$name",
    async ({ run }) => {
      const network = new FakeNetwork();
      const tools: Tools = {
        ...commonTools,
        create: (configuration) => new network.RTCPeerConnection(configuration),
        stream: (...kinds) => fakeStream(...kinds),
      };
      const [fake, real] = await Promise.all([run(tools), page.evaluate(`(${String(run)})(globalThis.tools)`)]);
      expect(fake).toEqual(real);
    },
  );
});
