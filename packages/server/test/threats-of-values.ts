/** Hostile frames and payloads: the rows of the threat table after those of reach. */
import { expect } from "vitest";
import { fieldsOf, hostileJson, nested, payloadWith } from "./hostile-values.js";
import { RawClient } from "./raw.js";
import { canary, scene, type Threat } from "./threat.js";

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

export const t09: Threat = {
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
    expect(at.c.log, "nobody receives anything").toEqual([]);
  },
};

export const t10: Threat = {
  title: "T10: a hostile room name is rejected, or is a room like any other",
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
      const payload = { room, to: at.ids.b, sdp: "v=0", type: "x", data: 1, metadata: 1 };
      for (const event of ["createAndJoinRoom", "offer", "exit"] as const) {
        const reply = await at.x.call(event, payload);
        expect(reply, `${event} ${JSON.stringify(room).slice(0, 40)}`).toMatchObject({
          ok: false,
          code: "BAD_PAYLOAD",
        });
      }
      expect(await at.x.call("iceServers", { room })).toMatchObject({ ok: false, code: "BAD_PAYLOAD" });
      // These may be the application's: nobody answers.
      for (const event of ["message", "metadata", "leaving"]) at.x.emit(event, payload);
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
    expect([at.a.log, at.b.log], "A and B receive nothing").toEqual([[], []]);
  },
};

export const t11: Threat = {
  title: "T11: no payload reaches a prototype",
  raw: true,
  async check(target) {
    const raw = await RawClient.connect(target.url);
    const evil =
      '"__proto__":{"polluted":1,"peers":[7]},"constructor":{"prototype":{"polluted":1}},"prototype":{"polluted":1}';
    await raw.call("createAndJoinRoom", JSON.stringify({ room: "pollution", key: "a-key-of-a-raw-member" }));
    for (const [event, fields] of Object.entries(fieldsOf("pollution", "nobody"))) {
      // Not every event is answered: some may be the application's own.
      const whole = Object.entries(fields).map(([name, json]) => `${JSON.stringify(name)}:${json}`);
      raw.send(`42["${event}",{${[...whole, evil].join(",")}}]`);
      raw.send(`42["${event}",{${evil}}]`);
      for (const name of Object.keys(fields)) raw.send(`42["${event}",${payloadWith(fields, name, `{${evil}}`)}]`);
    }
    await raw.call("offer", "{}");
    const fresh = await target.connect();
    const created = await fresh.join("untouched");
    expect(Object.keys(created).sort()).toEqual(["id", "peers", "room"]);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  },
};

export const t12: Threat = {
  title: "T12: a relayed payload has exactly the known fields, each of its type",
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
      expect(await at.a.call("offer", { ...base, sdp }), JSON.stringify(sdp)).toMatchObject({
        ok: false,
        code: "BAD_PAYLOAD",
      });
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
      expect(await raw.call("offer", `{"to":${to},"room":"r","sdp":${deep}}`)).toMatchObject({
        ok: false,
        code: "BAD_PAYLOAD",
      });
      // From a legacy client it may be a message of the application: nobody answers.
      if (keyed)
        expect(await raw.call("message", `{"room":"r","type":"x","data":${deep}}`)).toMatchObject({
          ok: false,
          code: "BAD_PAYLOAD",
        });
      expect(await raw.call("offer", `{"to":${to},"room":"r","sdp":"fine","extra":${deep},"from":${deep}}`)).toEqual({
        ok: true,
      });
    }
    expect(Object.keys(await at.b.next("offer", ({ sdp }) => sdp === "fine")).sort()).toEqual([
      "from",
      "room",
      "sdp",
      "to",
    ]);
    await canary(at, at.a);
    expect(at.b.received("offer", "candidate")).toHaveLength(2);
  },
};

export const t13: Threat = {
  title: "T13: no payload ends the process",
  raw: true,
  async check(target, transport, keyed) {
    const at = await scene(target, transport, keyed);
    const raw = await RawClient.connect(target.url);
    let id = 0;
    for (const [event, fields] of Object.entries(fieldsOf("victims", at.ids.b))) {
      const payloads = ["", ...hostileJson.map((json) => `,${json}`)];
      const inFields = hostileJson.filter((json) => json.length < 50_000);
      for (const name of Object.keys(fields))
        payloads.push(...inFields.map((json) => `,${payloadWith(fields, name, json)}`));
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
