/** Targets and senders: the first rows of the threat table. */
import { expect } from "vitest";
import { barrier } from "./client.js";
import { canary, scene, type Threat } from "./threat.js";

const offer = (to: unknown, room: unknown, from?: unknown) => ({ from, to, room, sdp: "attack" });

export const t01: Threat = {
  title: "T01: a room with the id of a peer as its name receives nothing for that peer",
  async check(target, transport, keyed) {
    const at = await scene(target, transport, keyed);
    for (const room of [at.ids.b, at.b.socketId, `sig:p:${at.ids.b}`, "sig:r:r"]) await at.x.join(room);
    const receivedBefore = at.x.log.length;
    await canary(at);
    expect(at.x.log.slice(receivedBefore), "X receives nothing meant for B").toEqual([]);
    expect(at.b.log, "B receives nothing from X").toEqual([]);
  },
};

export const t02: Threat = {
  title: "T02: the name of a room as the target reaches nobody in it",
  async check(target, transport, keyed) {
    const at = await scene(target, transport, keyed);
    await at.x.join("x");
    for (const to of ["r", "sig:r:r"]) for (const room of ["r", "x", "sig:r:r"]) at.x.emit("offer", offer(to, room));
    await canary(at);
    expect([at.a.log, at.b.log], "A and B receive nothing").toEqual([[], []]);
    const rejected = at.x.received("rejected").map(([, payload]) => payload as { room: string; code: string });
    expect(rejected.map(({ room, code }) => [room, code])).toEqual(
      ["r", "x", "sig:r:r", "r", "x", "sig:r:r"].map((room) => [room, room === "x" ? "PEER_NOT_FOUND" : "NOT_IN_ROOM"]),
    );
  },
};

export const t03: Threat = {
  title: "T03: an array as the target reaches nobody",
  async check(target, transport, keyed) {
    const at = await scene(target, transport, keyed);
    await at.x.join("x");
    const lists = [[], [at.ids.a, at.ids.b], [at.a.socketId], [[]], Array.from({ length: 10_000 }, () => at.ids.a)];
    for (const to of lists) for (const room of ["r", "x"]) at.x.emit("offer", offer(to, room));
    await canary(at);
    expect([at.a.log, at.b.log, at.c.log], "nobody receives anything").toEqual([[], [], []]);
    expect(at.x.received("rejected")).toHaveLength(2 * lists.length);
  },
};

export const t04: Threat = {
  title: "T04: a target that is not a string reaches nobody",
  async check(target, transport, keyed) {
    const at = await scene(target, transport, keyed);
    const witness = await target.connect(transport);
    await at.x.join("x");
    const values = [
      undefined,
      null,
      0,
      -1,
      Infinity,
      true,
      false,
      {},
      { length: 1 },
      "",
      " ",
      "\u0000",
      new Uint8Array([1]),
    ];
    for (const to of values)
      for (const event of ["offer", "answer", "candidate"])
        at.x.emit(event, { ...offer(to, "x"), candidate: { sdp: "c" } });
    await canary(at);
    await witness.roundTrip();
    expect([at.a.log, at.b.log, at.c.log, witness.log], "nobody receives anything").toEqual([[], [], [], []]);
    expect(at.x.received("rejected")).toHaveLength(values.length * 3);
  },
};

export const t05: Threat = {
  title: "T05: a peer is reached only from within its room, and strangers look like absent peers",
  async check(target, transport, keyed) {
    const at = await scene(target, transport, keyed);
    at.c.emit("offer", offer(at.ids.b, "r"));
    at.c.emit("offer", offer(at.ids.b, "s"));
    at.c.emit("offer", offer("nobody-by-that-name", "s"));
    await canary(at, at.c);
    at.a.emit("exit", { room: "r", from: at.ids.a });
    at.a.emit("offer", offer(at.ids.b, "r"));
    await barrier(at.a, at.b);
    expect(at.b.received("offer", "answer", "candidate"), "B receives nothing").toEqual([]);
    const [notIn, foreign, absent] = at.c
      .received("rejected")
      .map(([, payload]) => payload as { code: string; to: string });
    expect(notIn).toMatchObject({ code: "NOT_IN_ROOM" });
    expect({ ...foreign, to: "" }).toEqual({ ...absent, to: "" });
    expect(foreign).toMatchObject({ code: "PEER_NOT_FOUND" });
  },
};

export const t06: Threat = {
  title: "T06: a forged sender is ignored",
  async check(target, transport, keyed) {
    const at = await scene(target, transport, keyed);
    for (const from of [at.ids.c, at.ids.b, undefined, null, ["x"], { id: at.ids.c }]) {
      at.a.emit("offer", offer(at.ids.b, "r", from));
      at.a.emit("answer", offer(at.ids.b, "r", from));
      at.a.emit("candidate", {
        from,
        to: at.ids.b,
        room: "r",
        candidate: { sdpMid: "0", sdpMLineIndex: "0", sdp: "c" },
      });
    }
    await canary(at, at.a);
    expect(at.b.log).toHaveLength(18);
    expect(
      new Set(at.b.log.map(({ payload }) => (payload as { from: unknown }).from)),
      "B sees the real sender",
    ).toEqual(new Set([at.ids.a]));
  },
};

export const t07: Threat = {
  title: "T07: no peer makes another one leave",
  async check(target, transport, keyed) {
    const at = await scene(target, transport, keyed);
    for (const attacker of [at.c, at.x]) {
      attacker.emit("exit", { from: at.ids.a, room: "r" });
      attacker.emit("exit", { from: at.ids.a, room: "s", id: at.ids.a });
      await canary(at, attacker);
    }
    expect(at.b.received("exit"), "B receives no exit").toEqual([]);
  },
};

export const t08: Threat = {
  title: "T08: events that only a server sends are not relayed",
  async check(target, transport, keyed) {
    const at = await scene(target, transport, keyed);
    for (const attacker of [at.x, at.a]) {
      for (const event of ["created", "joined", "presence", "rejected", "error", "replaced"]) {
        attacker.emit(event, { id: at.ids.b, from: at.ids.b, to: at.ids.b, room: "r", peers: [], reason: "kicked" });
      }
    }
    await canary(at, at.a);
    expect([at.a.log, at.b.log, at.c.log], "nobody receives anything").toEqual([[], [], []]);
  },
};
