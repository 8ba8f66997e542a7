import { expect, it } from "vitest";
import { PeerManager } from "../../src/index.js";
import { FakeClock, FakeNetwork, MemorySignaling, fakeStream, recordEvents } from "../../src/testing/index.js";

it("two managers connect, exchange media and a message, without waiting in real time", async () => {
  const clock = new FakeClock();
  const network = new FakeNetwork({ clock });
  const signaling = new MemorySignaling({ clock });
  const person = (name: string) =>
    new PeerManager(signaling.socket(), { clock, RTCPeerConnection: network.connectionClass(name) });
  const [ada, grace] = [person("ada"), person("grace")];
  const seen = recordEvents(grace);
  ada.publish(fakeStream(), { label: "camera" });
  await clock.settle(Promise.all([ada.join("standup"), grace.join("standup")]));
  await clock.settle(seen.until(({ event, detail }) => event === "peerState" && detail?.state === "connected"));
  ada.send("chat", "hello");
  await clock.settle(seen.until("message"));
  const from = ada.id?.slice(0, 6) ?? "";
  expect(seen.lines).toEqual([
    "state joining",
    "state joined",
    `peerJoined of ${from}`,
    `peerState connecting of ${from}`,
    `track audio camera from ${from}`,
    `track video camera from ${from}`,
    `peerState connected of ${from}`,
    `message chat hello from ${from}`,
  ]);
  expect(await clock.runOut()).toBe(true);
  expect(clock.now()).toBeLessThan(1000);
});
