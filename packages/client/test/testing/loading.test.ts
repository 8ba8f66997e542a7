import { setTimeout } from "node:timers/promises";
import { afterEach, expect, it, vi } from "vitest";

const laterParts = ["../../src/peer/when-connected.js", "../../src/diagnostics/preflight-run.js"];

afterEach(() => {
  for (const part of laterParts) vi.doUnmock(part);
  vi.resetModules();
});

/** The client and its test kit, whose later parts load as soon as `load` is called. */
async function slowClient() {
  vi.resetModules();
  let load = (): void => undefined;
  const isReachable = new Promise<void>((resolve) => (load = resolve));
  for (const part of laterParts)
    vi.doMock(part, async (original) => {
      await isReachable;
      return original();
    });
  const { preflight } = await import("../../src/index.js");
  return { preflight, load, ...(await import("../../src/testing/index.js")) };
}

it("virtual time stands still until the client's later parts are loaded", async () => {
  const { FakeClock, FakeNetwork, load } = await slowClient();
  const clock = new FakeClock();
  new FakeNetwork({ clock });
  const advanced = clock.advance(10);
  await setTimeout(50);
  expect(clock.now()).toBe(0);
  load();
  await advanced;
  expect(clock.now()).toBe(10);
});

it("a preflight settles under a fake clock, however slowly it loads", async () => {
  const { FakeClock, FakeNetwork, MemorySignaling, preflight, load } = await slowClient();
  const clock = new FakeClock();
  const RTCPeerConnection = new FakeNetwork({ clock }).connectionClass("ada");
  const report = clock.settle(preflight(new MemorySignaling({ clock }).socket(), { clock, RTCPeerConnection }));
  await setTimeout(50);
  load();
  expect(await report).toMatchObject({ signaling: "answered", candidates: { host: true } });
});
