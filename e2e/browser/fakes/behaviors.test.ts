import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findFirefox } from "../../../scripts/lib/tools.mjs";
import type { Engine } from "../support/browser.js";
import { Browsers } from "../support/pairings.js";
import { commonTools } from "./behaviors/behavior.js";
import { behaviors } from "./behaviors/index.js";

/** The same functions run with fake connections in e2e/node/fakes.test.ts, where they have to return the same. */
describeEngine("chromium", true);
describeEngine("firefox", findFirefox() !== undefined);

function describeEngine(engine: Engine, isHere: boolean): void {
  (isHere ? describe : describe.skip)(`what the fake connections promise, in ${engine}:`, () => {
    const browsers = new Browsers();
    let page: Page;

    beforeAll(async () => {
      page = await (await browsers.get(engine)).newPage();
      await page.goto("about:blank");
      await page.evaluate(addTools);
      for (const [name, tool] of Object.entries(commonTools))
        await page.evaluate(`globalThis.tools.${name} = ${String(tool)}; 0`);
    });

    afterAll(() => browsers.close());

    it.each([...behaviors])("$name", async ({ run, expected, firefox }) => {
      const seen: unknown = await page.evaluate(`(${String(run)})(globalThis.tools)`);
      expect(seen).toEqual({ ...expected, ...(engine === "firefox" && firefox) });
    });
  });
}

/** Runs in the page: its tools, except those of `commonTools`. */
function addTools(): void {
  const tone = (): MediaStreamTrack => {
    const context = new AudioContext();
    const destination = context.createMediaStreamDestination();
    const oscillator = context.createOscillator();
    oscillator.connect(destination);
    oscillator.start();
    return destination.stream.getTracks()[0]!;
  };
  const frames = (): MediaStreamTrack => {
    const canvas = document.createElement("canvas");
    const context = canvas.getContext("2d")!;
    let count = 0;
    setInterval(() => {
      context.fillStyle = count++ % 2 === 0 ? "black" : "white";
      context.fillRect(0, 0, canvas.width, canvas.height);
    }, 50);
    return canvas.captureStream().getTracks()[0]!;
  };
  const tools = {
    create: (configuration?: RTCConfiguration) => new RTCPeerConnection(configuration),
    stream: (...kinds: ("audio" | "video")[]) =>
      new MediaStream(kinds.map((kind) => (kind === "audio" ? tone() : frames()))),
  };
  Object.assign(globalThis, { tools });
}
