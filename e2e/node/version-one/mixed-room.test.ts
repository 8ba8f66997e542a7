import { FakeClock, fakeStream } from "@sig/client/testing";
import { grant } from "@sig/server";
import { Server } from "socket.io";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { unpackVersionOne, type VersionOne } from "../../support/version-one.js";
import { MixedRoom, type Member, type Version } from "./mixed-room.js";

let one: VersionOne;
beforeAll(async () => {
  one = await unpackVersionOne();
});
afterAll(() => one.remove());

let room: MixedRoom;
let members: Member[];
beforeEach(() => {
  room = new MixedRoom(one);
  members = [];
});
afterEach(async () => {
  await room.close(members);
  expect(room.faults).toEqual([]);
});

/** Two of each version: every pair of versions is there, with each of them as the newcomer. */
async function everyoneJoins(): Promise<Member[]> {
  const order: [Version, string][] = [
    [1, "ada"],
    [2, "grace"],
    [2, "joan"],
    [1, "mary"],
  ];
  for (const [version, name] of order) {
    const member = room.manage(version, name);
    members.push(member);
    await member.manager.join("room");
  }
  await room.connected(members);
  return members;
}

/** What each member has recorded, by its name. */
function recorded(listen: (member: Member, record: (line: string) => void) => void): string[][] {
  return members.map((member) => {
    const lines: string[] = [];
    listen(member, (line) => lines.push(line));
    return lines;
  });
}

const nameOf = ({ metadata }: { metadata?: unknown }): string => (metadata as { name: string }).name;
const names = ["ada", "grace", "joan", "mary"];
const others = (own: string): string[] => names.filter((name) => name !== own);

describe.each<Version>([1, 2])("On a server of version %i, clients of both versions", (version) => {
  beforeEach(() => room.serve(version));

  it("send media and messages to each other", async () => {
    await everyoneJoins();
    const tracks = recorded(({ manager }, record) =>
      manager.on("track", ({ peer, label, track }) => record(`${nameOf(peer)} ${label ?? ""} ${track.kind}`)),
    );
    const messages = recorded(({ manager }, record) =>
      manager.on("message", ({ peer, type, data }) => record(`${nameOf(peer)} ${type} ${JSON.stringify(data)}`)),
    );
    for (const { manager } of members) {
      manager.publish(fakeStream("video"), { label: "camera" }).mute();
      manager.send("chat", { text: "hello" });
    }
    const sorted = (lines: string[][]): string[][] => lines.map((own) => own.toSorted());
    await expect
      .poll(() => sorted(tracks))
      .toEqual(names.map((own) => others(own).map((name) => `${name} camera video`)));
    await expect
      .poll(() => sorted(messages))
      .toEqual(names.map((own) => others(own).map((name) => `${name} chat {"text":"hello"}`)));
  });

  it("see changes of metadata, and messages of the server", async () => {
    await everyoneJoins();
    const seen = recorded(({ manager }, record) => {
      manager.on("peerMetadata", (_peer, metadata) => record(JSON.stringify(metadata)));
      manager.on("serverMessage", ({ type, data }) => record(`${type} ${JSON.stringify(data)}`));
    });
    for (const [index, { manager }] of members.entries())
      await manager.setMetadata({ name: names[index], handUp: true });
    room.lab.signaling.send("room", "notice", "ten minutes left");
    await expect
      .poll(() => seen)
      .toEqual(
        names.map((own) => [
          ...others(own).map((name) => JSON.stringify({ name, handUp: true })),
          'notice "ten minutes left"',
        ]),
      );
  });

  it("return with their key: the same id, no exit, and the same connections", async () => {
    await everyoneJoins();
    const ids = members.map(({ manager }) => manager.id);
    const connections = members.map(({ manager }) => Array.from(manager.peers.values(), (peer) => peer.connection));
    const seen = recorded(({ manager }, record) => {
      manager.on("peerPresence", (peer, presence) => record(`${nameOf(peer)} ${presence}`));
      manager.on("peerLeft", (peer) => record(`${nameOf(peer)} left`));
    });
    for (const [index, { socket }] of members.entries()) {
      socket.io.engine.close();
      const own = names[index] ?? "";
      const others = seen.filter((_, other) => other !== index);
      await expect
        .poll(() => others.map((lines) => lines.slice(-2)))
        .toEqual(others.map(() => [`${own} away`, `${own} online`]));
      await expect.poll(() => members[index]?.manager.state).toBe("joined");
    }
    expect(seen.flat().filter((line) => line.endsWith("left"))).toEqual([]);
    expect(members.map(({ manager }) => manager.id)).toEqual(ids);
    expect(members.map(({ manager }) => Array.from(manager.peers.values(), (peer) => peer.connection))).toEqual(
      connections,
    );
  });

  it("leave, and are removed by the application, with the reason", async () => {
    const [ada, grace, joan, mary] = (await everyoneJoins()) as [Member, Member, Member, Member];
    const left = recorded(({ manager }, record) =>
      manager.on("peerLeft", (peer, reason) => record(`${nameOf(peer)} ${reason}`)),
    );
    await ada.manager.leave();
    await grace.manager.leave();
    const ended = [joan, mary].map(({ manager }) => manager.once("error"));
    await room.lab.signaling.kick("room", joan.manager.id ?? "", "Please be kind.");
    await expect.poll(() => left[3]).toEqual(["ada left", "grace left", "joan kicked"]);
    await room.lab.signaling.kick("room", mary.manager.id ?? "", "Please be kind.");
    for (const error of await Promise.all(ended))
      expect([error.code, error.message]).toEqual(["KICKED", "Please be kind."]);
    expect(members.map(({ manager }) => manager.state)).toEqual(["left", "left", "left", "left"]);
  });

  it("stay in the call while the server is away, and rejoin with the same ids", async () => {
    await everyoneJoins();
    const ids = members.map(({ manager }) => manager.id);
    const messages = recorded(({ manager }, record) => manager.on("message", ({ peer }) => record(nameOf(peer))));
    await room.lab.stop();
    await expect.poll(() => members.map(({ manager }) => manager.state)).toEqual(names.map(() => "reconnecting"));
    for (const { manager } of members) {
      manager.send("chat", "still here");
      manager.publish(fakeStream("audio"), { label: "microphone" });
    }
    await expect.poll(() => messages.map((lines) => lines.toSorted())).toEqual(names.map(others));
    await room.serve(version);
    await expect.poll(() => members.map(({ manager }) => manager.state)).toEqual(names.map(() => "joined"));
    expect(members.map(({ manager }) => manager.id)).toEqual(ids);
    await room.connected(members);
  });
});

describe.each<Version>([1, 2])("On a server of version %i, a client that names every feature", (version) => {
  it("is one more peer for those that name none", async () => {
    await room.serve(version);
    const [early, late] = [room.manage(1, "early"), room.manage(1, "late")];
    members.push(early, late);
    const met = early.manager.once("peerJoined");
    await early.manager.join("room");
    const { id } = await room.joinWithFeatures();
    expect((await met).id).toBe(id);
    await late.manager.join("room");
    expect([...late.manager.peers.keys()].sort()).toEqual([early.manager.id, id].sort());
    expect(room.received).toEqual(new Set(["created", "joined"]));
  });
});

describe("On a server of version 2 that uses what version 1 does not have", () => {
  it("clients of version 1 wait for the application without a notice, and then join", async () => {
    const clock = new FakeClock();
    const waiting: (() => void)[] = [];
    await room.serve(2, { clock, authorize: () => new Promise<void>((resolve) => waiting.push(resolve)) });
    const ada = room.manage(1, "ada");
    members.push(ada);
    const joined = Promise.all([ada.manager.join("room"), room.joinWithFeatures()]);
    await expect.poll(() => waiting.length).toBe(2);
    await clock.advance(4000);
    for (const letIn of waiting) letIn();
    await joined;
    expect(room.received).not.toContain("waiting");
  });
});

describe("On a server of version 2 that grants attributes for a time", () => {
  it("clients of version 1 are in the call with those of version 2, until it is not renewed", async () => {
    const fake = new FakeClock();
    const start = Date.now();
    const epochMs = (): number => start + fake.now();
    const clock = { epochMs, now: () => fake.now(), after: (ms: number, run: () => void) => fake.after(ms, run) };
    let invited = true;
    const hour = 3_600_000;
    const authorize = () => invited && grant({ user: "u", attributes: { role: "host" }, expiresAt: epochMs() + hour });
    await room.serve(2, { clock, authorize });
    await everyoneJoins();
    expect(await room.lab.signaling.peers("room")).toMatchObject(names.map(() => ({ attributes: { role: "host" } })));
    await room.lab.signaling.setAttributes("room", members[1]?.manager.id ?? "", { role: "guest" });
    const left = recorded(({ manager }, record) => manager.on("error", ({ message }) => record(message)));
    invited = false;
    await fake.advance(2 * hour);
    await expect.poll(() => left.map((errors) => errors.length)).toEqual([1, 1, 1, 1]);
    expect(members.map(({ manager }) => manager.state)).toEqual(names.map(() => "left"));
  });
});

describe("A client of version 1 that receives all of version 2's fields", () => {
  it("knows the peers, and ends its membership when it expires", async () => {
    await room.serve(2);
    // A server by script: it sends what a server may send to everybody with a key.
    const io = new Server(0);
    onTestFinished(() => io.close());
    const attributes = { role: "host" };
    const grace = { id: "grace", metadata: { name: "grace" }, attributes, features: ["mute"] };
    io.on("connection", (socket) => {
      socket.on("createAndJoinRoom", (_payload, ack: (answer: object) => void) => {
        const created = { id: "ada", room: "room", peers: [grace], attributes, expiresIn: 60, features: ["waiting"] };
        socket.emit("created", created);
        ack({ ok: true, ...created });
        socket.emit("joined", { ...grace, id: "joan", room: "room" });
        socket.emit("attributes", { id: "grace", room: "room", attributes: null });
        socket.emit("exit", { from: "ada", room: "room", reason: "expired", message: "The hour is over." });
      });
    });
    const { port } = io.httpServer.address() as { port: number };
    const { manager } = room.manage(1, "ada", {}, `http://127.0.0.1:${String(port)}`);
    const events: string[] = [];
    manager.on("peerJoined", (peer) => events.push(`peerJoined ${peer.id}`));
    manager.on("error", ({ code, message }) => events.push(`${code} ${message}`));
    await manager.join("room");
    await expect.poll(() => events).toEqual(["peerJoined grace", "peerJoined joan", "KICKED The hour is over."]);
    expect(room.received).toEqual(new Set(["created", "joined", "attributes", "exit"]));
  });
});

describe.each<Version>([1, 2])("On a server of version %i with a short grace time", (version) => {
  it("a client that does not come back leaves, for clients of both versions", async () => {
    await room.serve(version, { graceMs: 50 });
    await everyoneJoins();
    const left = recorded(({ manager }, record) =>
      manager.on("peerLeft", (peer, reason) => record(`${nameOf(peer)} ${reason}`)),
    );
    for (const [index, name] of [
      [3, "mary"],
      [2, "joan"],
    ] as const) {
      const member = members[index];
      if (member !== undefined) room.lose(member, name);
      await expect.poll(() => left.slice(0, 2).map((lines) => lines.at(-1))).toEqual([`${name} lost`, `${name} lost`]);
    }
  });
});
