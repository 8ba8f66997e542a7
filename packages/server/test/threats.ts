import { expect } from "vitest";
import { barrier, newKey, type TestClient, type Transport } from "./client.js";
import { fieldsOf, hostileJson, nested, payloadWith } from "./hostile-values.js";
import { RawClient } from "./raw.js";

/** A server under attack: this library's, or one that should fall. */
export interface Target {
  readonly url: string;
  connect(transport?: Transport): Promise<TestClient>;
}

/**
 * A row of the threat table, as a check that passes on a server that withstands it. It speaks the seed protocol only, so
 * that it can be run against any relay; `keyed` peers are the same to the attacker.
 */
export interface Threat {
  readonly title: string;
  /** Whether it is made of hand-written frames, so that the transport of the other clients is of no matter. */
  readonly raw?: boolean;
  check(target: Target, transport: Transport, keyed: boolean): Promise<void>;
}

interface Scene {
  readonly a: TestClient;
  readonly b: TestClient;
  readonly c: TestClient;
  readonly x: TestClient;
  readonly ids: { readonly a: string; readonly b: string; readonly c: string };
}

/** A and B in room r, C in room s, X in none. */
async function scene(target: Target, transport: Transport, keyed: boolean): Promise<Scene> {
  const [a, b, c, x] = await Promise.all([1, 2, 3, 4].map(() => target.connect(transport)));
  const fields = () => (keyed ? { key: newKey() } : {});
  const ids = {
    a: (await a!.join("r", fields())).id,
    b: (await b!.join("r", fields())).id,
    c: (await c!.join("s", fields())).id,
  };
  await Promise.all([a, b, c, x].map((client) => client!.roundTrip()));
  for (const client of [a, b, c, x]) client!.forget();
  return { a: a!, b: b!, c: c!, x: x!, ids };
}

/** A and B can still reach each other, and everything sent before has arrived. */
async function canary({ a, b, c, x, ids }: Scene, attacker = x): Promise<void> {
  const mark = `canary-${Math.random()}`;
  await attacker.roundTrip();
  a.emit("offer", { from: ids.a, to: ids.b, room: "r", sdp: mark });
  await b.next("offer", ({ sdp }) => sdp === mark);
  await barrier(attacker, a, b, c, x);
  const index = b.log.findIndex(({ payload }) => (payload as { sdp?: unknown }).sdp === mark);
  b.log.splice(index, 1);
}

const offer = (to: unknown, room: unknown, from?: unknown) => ({ from, to, room, sdp: "attack" });

const t01: Threat = {
  title: "T01: a room named as another peer's id hears nothing of that peer",
  async check(target, transport, keyed) {
    const at = await scene(target, transport, keyed);
    for (const room of [at.ids.b, at.b.socketId, `sig:p:${at.ids.b}`, "sig:r:r"]) await at.x.join(room);
    const heardBefore = at.x.log.length;
    await canary(at);
    expect(at.x.log.slice(heardBefore), "X hears nothing meant for B").toEqual([]);
    expect(at.b.log, "B hears nothing of X").toEqual([]);
  },
};

const t02: Threat = {
  title: "T02: a room's name as the target reaches nobody in it",
  async check(target, transport, keyed) {
    const at = await scene(target, transport, keyed);
    await at.x.join("x");
    for (const to of ["r", "sig:r:r"]) for (const room of ["r", "x", "sig:r:r"]) at.x.emit("offer", offer(to, room));
    await canary(at);
    expect([at.a.log, at.b.log], "A and B hear nothing").toEqual([[], []]);
    const refused = at.x.heard("rejected").map(([, payload]) => payload as { room: string; code: string });
    expect(refused.map(({ room, code }) => [room, code])).toEqual(
      ["r", "x", "sig:r:r", "r", "x", "sig:r:r"].map((room) => [room, room === "x" ? "PEER_NOT_FOUND" : "NOT_IN_ROOM"]),
    );
  },
};

const t03: Threat = {
  title: "T03: a list as the target reaches nobody",
  async check(target, transport, keyed) {
    const at = await scene(target, transport, keyed);
    await at.x.join("x");
    const lists = [[], [at.ids.a, at.ids.b], [at.a.socketId], [[]], Array.from({ length: 10_000 }, () => at.ids.a)];
    for (const to of lists) for (const room of ["r", "x"]) at.x.emit("offer", offer(to, room));
    await canary(at);
    expect([at.a.log, at.b.log, at.c.log], "nobody hears anything").toEqual([[], [], []]);
    expect(at.x.heard("rejected")).toHaveLength(2 * lists.length);
  },
};

const t04: Threat = {
  title: "T04: a target that is no text reaches nobody",
  async check(target, transport, keyed) {
    const at = await scene(target, transport, keyed);
    const witness = await target.connect(transport);
    await at.x.join("x");
    const values = [undefined, null, 0, -1, Infinity, true, false, {}, { length: 1 }, "", " ", "\u0000", new Uint8Array([1])];
    for (const to of values)
      for (const event of ["offer", "answer", "candidate"]) at.x.emit(event, { ...offer(to, "x"), candidate: { sdp: "c" } });
    await canary(at);
    await witness.roundTrip();
    expect([at.a.log, at.b.log, at.c.log, witness.log], "nobody hears anything").toEqual([[], [], [], []]);
    expect(at.x.heard("rejected")).toHaveLength(values.length * 3);
  },
};

const t05: Threat = {
  title: "T05: a peer is reached only from within its room, and strangers look like nobody",
  async check(target, transport, keyed) {
    const at = await scene(target, transport, keyed);
    at.c.emit("offer", offer(at.ids.b, "r"));
    at.c.emit("offer", offer(at.ids.b, "s"));
    at.c.emit("offer", offer("nobody-by-that-name", "s"));
    await canary(at, at.c);
    at.a.emit("exit", { room: "r", from: at.ids.a });
    at.a.emit("offer", offer(at.ids.b, "r"));
    await barrier(at.a, at.b);
    expect(at.b.heard("offer", "answer", "candidate"), "B hears nothing").toEqual([]);
    const [notIn, foreign, absent] = at.c.heard("rejected").map(([, payload]) => payload as { code: string; to: string });
    expect(notIn).toMatchObject({ code: "NOT_IN_ROOM" });
    expect({ ...foreign, to: "" }).toEqual({ ...absent, to: "" });
    expect(foreign).toMatchObject({ code: "PEER_NOT_FOUND" });
  },
};

const t06: Threat = {
  title: "T06: a forged sender is not believed",
  async check(target, transport, keyed) {
    const at = await scene(target, transport, keyed);
    for (const from of [at.ids.c, at.ids.b, undefined, null, ["x"], { id: at.ids.c }]) {
      at.a.emit("offer", offer(at.ids.b, "r", from));
      at.a.emit("answer", offer(at.ids.b, "r", from));
      at.a.emit("candidate", { from, to: at.ids.b, room: "r", candidate: { sdpMid: "0", sdpMLineIndex: "0", sdp: "c" } });
    }
    await canary(at, at.a);
    expect(at.b.log).toHaveLength(18);
    expect(new Set(at.b.log.map(({ payload }) => (payload as { from: unknown }).from)), "B sees who it was").toEqual(new Set([at.ids.a]));
  },
};

const t07: Threat = {
  title: "T07: nobody makes another peer leave",
  async check(target, transport, keyed) {
    const at = await scene(target, transport, keyed);
    for (const attacker of [at.c, at.x]) {
      attacker.emit("exit", { from: at.ids.a, room: "r" });
      attacker.emit("exit", { from: at.ids.a, room: "s", id: at.ids.a });
      await canary(at, attacker);
    }
    expect(at.b.heard("exit"), "B hears of no exit").toEqual([]);
  },
};

const t08: Threat = {
  title: "T08: events that only a server sends are not passed on",
  async check(target, transport, keyed) {
    const at = await scene(target, transport, keyed);
    for (const attacker of [at.x, at.a]) {
      for (const event of ["created", "joined", "presence", "rejected", "error", "replaced"]) {
        attacker.emit(event, { id: at.ids.b, from: at.ids.b, to: at.ids.b, room: "r", peers: [], reason: "kicked" });
      }
    }
    await canary(at, at.a);
    expect([at.a.log, at.b.log, at.c.log], "nobody hears anything").toEqual([[], [], []]);
  },
};

const rawFrames = [
  '42["disconnect",{}]',
  '42["connect_error",{}]',
  '42["newListener",{}]',
  '42["removeListener",{}]',
  "42[42,{}]",
  '42["__proto__",{}]',
  '42["constructor",{}]',
  '42["error",{"a":1}]',
  `42[${JSON.stringify("x".repeat(100_000))},{}]`,
  "2",
  "40",
  "42",
  "42[]",
  '42["offer"]',
  '42["createAndJoinRoom"]',
  '42["disconnect"]',
  '42{"a":1}',
  '42["offer",',
  "43999",
  "43999[]",
  "44{}",
  '451-["offer",{"_placeholder":true,"num":0}]',
  '450-["offer"]',
  '4511-["offer",{"_placeholder":true,"num":0}]',
  '42/other,["offer",{}]',
  "9",
  "",
  "4",
  "40{}",
];

const t09: Threat = {
  title: "T09: no frame and no event name does more than close its own connection",
  raw: true,
  async check(target, transport, keyed) {
    const at = await scene(target, transport, keyed);
    for (const frame of [...rawFrames, Buffer.from([0, 255, 1, 2, 3])]) {
      const raw = await RawClient.connect(target.url);
      raw.send(frame);
      raw.send('42["createAndJoinRoom",{"room":"after-the-frame"}]');
      await Promise.race([raw.closed, raw.next((answer) => answer.includes('"created"'))]);
    }
    const leaver = await RawClient.connect(target.url);
    leaver.frames.length = 0;
    for (const frame of ["41", '42["createAndJoinRoom",{"room":"r"}]', "40"]) leaver.send(frame);
    await Promise.race([leaver.closed, leaver.next((answer) => answer.startsWith("40{"))]);
    await canary(at);
    expect(at.c.log, "nobody hears anything").toEqual([]);
  },
};

const t10: Threat = {
  title: "T10: a hostile room name is refused, or is a room like any other",
  async check(target, transport, keyed) {
    const at = await scene(target, transport, keyed);
    const bad = [
      Array.from({ length: 30_000 }, () => "n"),
      {},
      7,
      null,
      "",
      "x".repeat(129),
      "\u0000",
      "a\r\nb",
      "\u001b[31m",
      "\u202e",
      "\u2028",
      "\ud800",
    ];
    for (const room of bad) {
      for (const event of ["createAndJoinRoom", "offer", "exit", "message", "metadata", "iceServers"] as const) {
        const reply = await at.x.call(event, { room, to: at.ids.b, sdp: "v=0", type: "x", data: 1, metadata: 1 });
        expect(reply, `${event} ${JSON.stringify(room).slice(0, 40)}`).toMatchObject({ ok: false, code: "BAD_PAYLOAD" });
      }
    }
    const names = ["__proto__", "constructor", "toString", "hasOwnProperty"];
    for (const room of names) {
      expect((await at.x.join(room)).peers).toEqual([]);
      expect((await at.c.join(room)).peers.map(({ id }) => id)).toEqual([at.x.socketId]);
      at.x.emit("exit", { room });
      expect(await at.c.next("exit", (exit) => exit.room === room)).toMatchObject({ from: at.x.socketId });
      at.c.emit("exit", { room });
    }
    await canary(at);
    expect([at.a.log, at.b.log], "A and B hear nothing").toEqual([[], []]);
  },
};

const t11: Threat = {
  title: "T11: no payload reaches a prototype",
  raw: true,
  async check(target) {
    const raw = await RawClient.connect(target.url);
    const evil = '"__proto__":{"polluted":1,"peers":[7]},"constructor":{"prototype":{"polluted":1}},"prototype":{"polluted":1}';
    for (const [event, fields] of Object.entries(fieldsOf("pollution", "nobody"))) {
      await raw.call(
        event,
        `{${Object.entries(fields)
          .map(([name, json]) => `${JSON.stringify(name)}:${json}`)
          .join(",")},${evil}}`,
      );
      await raw.call(event, `{${evil}}`);
      for (const name of Object.keys(fields)) await raw.call(event, payloadWith(fields, name, `{${evil}}`));
    }
    const fresh = await target.connect();
    const created = await fresh.join("untouched");
    expect(Object.keys(created).sort()).toEqual(["id", "peers", "room"]);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  },
};

const t12: Threat = {
  title: "T12: what is relayed has exactly the known fields, each of its type",
  async check(target, transport, keyed) {
    const at = await scene(target, transport, keyed);
    const base = { to: at.ids.b, room: "r" };
    const wrongSdp = [
      undefined,
      null,
      1,
      true,
      {},
      [],
      ["v=0"],
      { type: "offer" },
      { sdp: 1 },
      { type: "answer", sdp: "v=0" },
      { _placeholder: true, num: 0 },
      new Uint8Array([1]),
    ];
    for (const sdp of wrongSdp)
      expect(await at.a.call("offer", { ...base, sdp }), JSON.stringify(sdp)).toMatchObject({ ok: false, code: "BAD_PAYLOAD" });
    const wrongCandidates = [
      undefined,
      null,
      "candidate:1",
      [],
      {},
      { sdp: 1 },
      { sdp: ["c"] },
      { sdp: "a\r\nb" },
      { sdp: "c", sdpMLineIndex: -1 },
      { sdp: "c", sdpMLineIndex: 1e9 },
      { sdp: "c", sdpMLineIndex: "1e3" },
      { sdp: "c", sdpMLineIndex: {} },
      { sdp: "c", sdpMid: 0 },
      { sdp: "c", sdpMid: "a\nb" },
    ];
    for (const candidate of wrongCandidates) {
      expect(await at.a.call("candidate", { ...base, candidate }), JSON.stringify(candidate)).toMatchObject({
        ok: false,
        code: "BAD_PAYLOAD",
      });
    }
    const raw = await RawClient.connect(target.url);
    const key = "a-member-with-a-raw-socket";
    await raw.call("createAndJoinRoom", JSON.stringify({ room: "r", ...(keyed && { key }) }));
    const to = JSON.stringify(at.ids.b);
    for (const deep of [nested(5_000), `{"type":"offer","sdp":${nested(5_000)}}`]) {
      expect(await raw.call("offer", `{"to":${to},"room":"r","sdp":${deep}}`)).toMatchObject({ ok: false, code: "BAD_PAYLOAD" });
      expect(await raw.call("message", `{"room":"r","type":"x","data":${deep}}`)).toMatchObject({ ok: false, code: "BAD_PAYLOAD" });
      expect(await raw.call("offer", `{"to":${to},"room":"r","sdp":"fine","extra":${deep},"from":${deep}}`)).toEqual({ ok: true });
    }
    expect(Object.keys(await at.b.next("offer", ({ sdp }) => sdp === "fine")).sort()).toEqual(["from", "room", "sdp", "to"]);
    await canary(at, at.a);
    expect(at.b.heard("offer", "candidate")).toHaveLength(2);
  },
};

const t13: Threat = {
  title: "T13: no call kills the process, whatever it carries",
  raw: true,
  async check(target, transport, keyed) {
    const at = await scene(target, transport, keyed);
    const raw = await RawClient.connect(target.url);
    let id = 0;
    for (const [event, fields] of Object.entries(fieldsOf("victims", at.ids.b))) {
      const payloads = ["", ...hostileJson.map((json) => `,${json}`)];
      const inFields = hostileJson.filter((json) => json.length < 50_000);
      for (const name of Object.keys(fields)) payloads.push(...inFields.map((json) => `,${payloadWith(fields, name, json)}`));
      for (const payload of payloads) {
        raw.send(`42["${event}"${payload}]`);
        raw.send(`42${id++}["${event}"${payload}]`);
        // The ack behind more than one payload.
        if (payload === "") raw.send(`42${id++}["${event}",1,2,3]`);
      }
      raw.send(`42["createAndJoinRoom",{"room":"after ${event}"}]`);
      raw.send(`42["exit",{"room":"after ${event}"}]`);
      await Promise.race([raw.closed, raw.next((frame) => frame.includes(`"after ${event}"`))]);
    }
    expect(raw.open, "the server goes on").toBe(true);
    await canary(at);
    expect([at.a.log.filter(({ event }) => event === "exit"), at.c.log], "the others notice nothing").toEqual([[], []]);
  },
};

export const threats = { t01, t02, t03, t04, t05, t06, t07, t08, t09, t10, t11, t12, t13 } as const satisfies Record<string, Threat>;
