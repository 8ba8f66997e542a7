import { expect, test } from "vitest";
import { PeerManager } from "../../src/index.js";
import { FakeClock, FakeNetwork, MemorySignaling, fakeStream, fakeTrack } from "../../src/testing/index.js";

/** A room in memory, with managers that can be connected. */
class Lab {
  readonly clock = new FakeClock();
  readonly network = new FakeNetwork({ clock: this.clock });
  readonly signaling = new MemorySignaling({ clock: this.clock });

  manager(host: string, socket = this.signaling.socket()): PeerManager {
    return new PeerManager(socket, { clock: this.clock, RTCPeerConnection: this.network.connectionClass(host) });
  }

  /** Lets time pass until nothing is under way. */
  async rest(): Promise<void> {
    await this.clock.runOut();
  }

  /** Everybody leaves: nothing may be left. */
  async expectNothingLeft(...managers: PeerManager[]): Promise<void> {
    for (const manager of managers) await this.clock.settle(manager.leave());
    await this.rest();
    expect({ connections: this.network.connections.live, timers: this.clock.pending }).toEqual({
      connections: 0,
      timers: 0,
    });
  }
}

function receivedBy(manager: PeerManager): string[] {
  const received: string[] = [];
  manager.on("track", ({ track, label }) => received.push(`${String(label)} ${track.kind}`));
  manager.on("trackEnded", ({ track, label }) =>
    received.splice(received.indexOf(`${String(label)} ${track.kind}`), 1),
  );
  return received;
}

test("V01: one stream may be published twice, before joining and in the room", async () => {
  const lab = new Lab();
  const [ada, bob] = [lab.manager("ada"), lab.manager("bob")];
  const received = receivedBy(bob);
  const stream = fakeStream("audio", "video");
  ada.publish(stream, { label: "one" });
  ada.publish(stream, { label: "two" });
  await lab.clock.settle(ada.join("room"));
  await lab.clock.settle(bob.join("room"));
  await lab.rest();
  expect(received.sort()).toEqual(["one audio", "one video", "two audio", "two video"]);
  ada.publish(stream, { label: "three" });
  await lab.rest();
  expect(received.filter((track) => track.startsWith("three")).sort()).toEqual(["three audio", "three video"]);
  await lab.expectNothingLeft(ada, bob);
});

test("V01: one track may be in two publications, by `replace` too", async () => {
  const lab = new Lab();
  const [ada, bob] = [lab.manager("ada"), lab.manager("bob")];
  const received = receivedBy(bob);
  const stream = fakeStream("audio");
  const [microphone = fakeTrack("audio")] = stream.getTracks();
  ada.publish(stream, { label: "one" });
  const other = ada.publish(fakeStream("audio"), { label: "two" });
  await lab.clock.settle(ada.join("room"));
  await lab.clock.settle(bob.join("room"));
  await lab.clock.settle(other.replace(microphone));
  await lab.rest();
  expect(received.sort()).toEqual(["one audio", "two audio"]);
  const [peer] = ada.peers.values();
  const senders = peer?.connection?.getSenders().filter(({ track }) => track === microphone);
  expect(senders).toHaveLength(2);
  await lab.expectNothingLeft(ada, bob);
});

test("V02: a manager that joins over the same socket right after another gave up takes its own answer", async () => {
  const lab = new Lab();
  const bob = lab.manager("bob");
  await lab.clock.settle(bob.join("room"));
  const socket = lab.signaling.socket();
  const [first, second] = [lab.manager("ada", socket), lab.manager("ada", socket)];
  const givenUp = expect(first.join("room")).rejects.toMatchObject({ code: "ABORTED" });
  await lab.clock.advance(1);
  void first.leave();
  const joined = second.join("room");
  await givenUp;
  await lab.clock.settle(joined);
  await lab.rest();
  expect(lab.signaling.peers("room").sort()).toEqual([bob.id, second.id].sort());
  expect([...bob.peers.values()].map(({ id, state }) => [id, state])).toEqual([[second.id, "connected"]]);
  expect([...second.peers.values()].map(({ id, state }) => [id, state])).toEqual([[bob.id, "connected"]]);
  await lab.expectNothingLeft(first, second, bob);
});

test("V22: a join that is canceled before it was sent tells the server nothing", async () => {
  const lab = new Lab();
  const sent: string[] = [];
  lab.signaling.observe(({ event }) => sent.push(event));
  const ada = lab.manager("ada");
  const canceled = expect(ada.join("room")).rejects.toMatchObject({ code: "ABORTED" });
  await ada.leave();
  await canceled;
  await lab.rest();
  expect(sent).toEqual([]);
});

test.each(["peerJoined", "joined"])("V03: leaving in a listener of %s leaves nothing behind", async (when) => {
  const lab = new Lab();
  const [ada, bob, cleo] = [lab.manager("ada"), lab.manager("bob"), lab.manager("cleo")];
  await lab.clock.settle(Promise.all([ada.join("room"), bob.join("room")]));
  await lab.rest();
  const events: string[] = [];
  cleo.on("peerJoined", ({ id }) => events.push(`joined ${id}`));
  cleo.on("peerLeft", ({ id }) => events.push(`left ${id}`));
  if (when === "joined") cleo.on("state", (state) => void (state === "joined" && cleo.leave()));
  else cleo.on("peerJoined", () => void cleo.leave());
  await lab.clock.settle(cleo.join("room"));
  await lab.rest();
  expect(
    events
      .filter((event) => event.startsWith("left"))
      .map((event) => event.slice(5))
      .sort(),
  ).toEqual(
    events
      .filter((event) => event.startsWith("joined"))
      .map((event) => event.slice(7))
      .sort(),
  );
  expect([cleo.state, cleo.peers.size, ada.peers.size]).toEqual(["left", 0, 1]);
  await lab.expectNothingLeft(ada, bob, cleo);
});

test("V17: a peer whose connection the application closed is rebuilt, and the others are served", async () => {
  const lab = new Lab();
  const [ada, bob, cleo] = [lab.manager("ada"), lab.manager("bob"), lab.manager("cleo")];
  await lab.clock.settle(Promise.all([ada.join("room"), bob.join("room"), cleo.join("room")]));
  await lab.rest();
  const received = [receivedBy(bob), receivedBy(cleo)];
  ada.peers.get(bob.id ?? "")?.connection?.close();
  expect(() => ada.publish(fakeStream("video"), { label: "camera" })).not.toThrow();
  await lab.rest();
  expect(received).toEqual([["camera video"], ["camera video"]]);
  expect([...ada.peers.values()].map(({ state }) => state)).toEqual(["connected", "connected"]);
  await lab.expectNothingLeft(ada, bob, cleo);
});

test("V17: a connection that the application closed is replaced in one attempt, whatever is published", async () => {
  const lab = new Lab();
  const [ada, bob] = [lab.manager("ada"), lab.manager("bob")];
  await lab.clock.settle(Promise.all([ada.join("room"), bob.join("room")]));
  await lab.rest();
  const [peer] = ada.peers.values();
  const closed = peer?.connection;
  closed?.close();
  for (let count = 0; count < 8; count++) {
    ada.publish(fakeStream("video")).stop();
    await lab.clock.advance(500);
  }
  expect(peer?.connection).not.toBe(closed);
  await lab.rest();
  expect(peer?.state).toBe("connected");
  await lab.expectNothingLeft(ada, bob);
});
