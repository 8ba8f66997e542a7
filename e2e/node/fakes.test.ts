import { FakeNetwork, fakeStream } from "@sig/client/testing";
import { describe, expect, it } from "vitest";
import { commonTools, type Tools } from "../browser/fakes/behaviors/behavior.js";
import { behaviors } from "../browser/fakes/behaviors/index.js";

/** The same functions run in browsers in e2e/browser/fakes/behaviors.test.ts. */
describe("a fake connection does what Chromium does:", () => {
  it.concurrent.each([...behaviors])("$name", async ({ run, expected, fake }) => {
    const network = new FakeNetwork();
    const tools: Tools = {
      ...commonTools,
      create: (configuration) => new network.RTCPeerConnection(configuration!),
      stream: (...kinds) => fakeStream(...kinds),
    };
    expect(await run(tools)).toEqual({ ...expected, ...fake });
  });

  it("is stricter only where a browser is too", () => {
    for (const { fake = {}, expected, firefox = {} } of behaviors)
      for (const [name, value] of Object.entries(fake)) {
        expect(value).not.toEqual(expected[name]);
        expect(value).toEqual(firefox[name]);
      }
  });

  it("each difference of a browser is one of an observation", () => {
    for (const { name, expected, firefox = {}, fake = {} } of behaviors)
      for (const observation of Object.keys({ ...firefox, ...fake }))
        expect(Object.keys(expected), name).toContain(observation);
  });
});
