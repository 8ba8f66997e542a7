import { describe, expect, it } from "vitest";
import { PeerManager } from "../../src/index.js";
import {
  FakeClock,
  FakeNetwork,
  MemorySignaling,
  recordEvents,
  simulate,
  type Fault,
} from "../../src/testing/index.js";

async function call() {
  const clock = new FakeClock();
  const network = new FakeNetwork({ clock });
  const signaling = new MemorySignaling({ clock });
  const person = (name: string) =>
    new PeerManager(signaling.socket(), { clock, RTCPeerConnection: network.connectionClass(name) });
  const [ada, grace] = [person("ada"), person("grace")];
  await clock.settle(Promise.all([ada.join("standup"), grace.join("standup")]));
  await clock.runOut();
  return { clock, network, signaling, ada, grace, record: recordEvents(ada) };
}

describe("simulate", () => {
  it.each([
    ["signal-drop", ["state reconnecting", "state joined"]],
    ["server-restart", ["state reconnecting", "state joined"]],
    ["ice-fail", ["recovery restarting-ice", "recovery recovered"]],
    ["glare", []],
    ["signals-lost", []],
    ["peer-silent", []],
  ] as const satisfies readonly (readonly [Fault, readonly string[]])[])(
    "%s has ended when its promise resolves, and caused nothing else",
    async (fault, expected) => {
      const { clock, network, ada, grace, record } = await call();
      await clock.settle(simulate(ada, fault, { clock }), { withinMs: 120_000 });
      // The polite side waits first. The keys decide which side that is.
      const steps = record.lines
        .filter((line) => /^state|^recovery (?!waiting)/.test(line))
        .map((line) => line.split(" ").slice(0, 2).join(" "));
      expect(steps).toEqual(expected);
      expect(await clock.runOut()).toBe(true);
      for (const manager of [ada, grace])
        expect([...manager.peers.values()].map(({ state }) => state)).toEqual(["connected"]);
      // The third was prepared for the first join, into an empty room.
      expect(network.connections).toEqual({ made: 3, live: 2 });
    },
  );

  it("rejects with a TypeError if the argument is not a PeerManager", async () => {
    await expect(simulate({ state: "joined" } as unknown as PeerManager, "glare")).rejects.toThrow(TypeError);
  });
});
