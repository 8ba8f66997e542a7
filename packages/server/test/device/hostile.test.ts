import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { connect } from "node:net";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { hostileJson, payloadWith } from "../hostile-values.js";
import { type TestClient } from "../client.js";
import { until } from "../harness.js";
import { vectorText } from "../vector-text.js";
import { type TestDevice } from "./device.js";
import { offerOf, startGateway, type GatewayServer } from "./gateway.js";

const room = "front door";
const codes = ["BAD_PAYLOAD", "TOO_LARGE", "PEER_NOT_FOUND"];

/** A device with a viewer, and a witness in the same room that must receive nothing. */
async function scene(): Promise<
  GatewayServer & { camera: TestDevice; witness: TestClient; untouched: () => Promise<void> }
> {
  const server = await startGateway({ rateLimit: false });
  const { device: camera, id: to } = await server.device(room);
  const { page } = await server.viewer(room);
  const { page: witness } = await server.viewer(room);
  await page.call("offer", { to, room, sdp: offerOf() });
  await camera.next();
  witness.clearLog();
  const untouched = async (): Promise<void> => {
    await witness.roundTrip();
    expect(witness.log).toEqual([]);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
    expect((await server.device("canary")).id).toHaveLength(22);
  };
  return { ...server, camera, witness, untouched };
}

const fields: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  answer: { type: '"answer"', sdp: '"v=0"', to: '"nobody"', offerId: '"o"' },
  candidate: {
    type: '"candidate"',
    candidate: '"candidate:1"',
    sdpMid: '"0"',
    sdpMLineIndex: "0",
    usernameFragment: '"u"',
    to: '"nobody"',
    offerId: '"o"',
  },
};

describe("hostile values of a device", () => {
  it("as whole messages are rejected with a code, one rejection each, and reach nobody", async () => {
    const { camera, untouched } = await scene();
    for (const json of hostileJson) camera.send(json);
    const received = await camera.roundTrip();
    expect(received).toHaveLength(hostileJson.length);
    for (const message of received)
      expect(message).toMatchObject({
        type: "rejected",
        code: expect.stringMatching(/^(BAD_PAYLOAD|TOO_LARGE)$/) as string,
      });
    await untouched();
  });

  for (const [type, sound] of Object.entries(fields)) {
    for (const name of Object.keys(sound)) {
      it(`as "${name}" of ${type} are rejected with a code, and reach nobody`, async () => {
        const { camera, untouched } = await scene();
        for (const json of hostileJson) camera.send(payloadWith(sound, name, json));
        const received = await camera.roundTrip();
        // Where the field is valid, the rejection is that no peer has that id.
        expect(received).toHaveLength(hostileJson.length);
        for (const message of received) expect(codes).toContain(message.code);
        await untouched();
      });
    }
  }
});

describe("hostile frames of a device", () => {
  it.each<[string, (device: TestDevice) => void, string]>([
    ["binary noise", ({ socket }) => socket.send(Buffer.from([0, 255, 128, 7])), "A message must be UTF-8."],
    ["an empty frame", ({ socket }) => socket.send(""), "A message must be JSON."],
    ["half a JSON text", ({ socket }) => socket.send('{"type":"answer",'), "A message must be JSON."],
    ["two JSON texts", ({ socket }) => socket.send('{"type":"config"}{"type":"config"}'), "A message must be JSON."],
    ["frames of Socket.IO", ({ socket }) => socket.send('42["offer",{}]'), "A message must be JSON."],
    [
      "a byte order mark",
      ({ socket }) => socket.send('\ufeff["config"]'),
      "The message is invalid: expected a JSON object.",
    ],
  ])("%s is rejected, and the device stays connected", async (_, send, message) => {
    const { camera, untouched } = await scene();
    send(camera);
    expect(await camera.next()).toMatchObject({ type: "rejected", code: "BAD_PAYLOAD", message });
    expect(await camera.roundTrip()).toEqual([]);
    await untouched();
  });

  it("U20: JSON in a binary frame, with the NUL of a C string, or with raw line ends in a string is read", async () => {
    const { camera } = await scene();
    for (const text of ['{"type":"config"}', '{"type":"config"}\0', '{"type":"config","note":"a\r\nb\n"}']) {
      camera.socket.send(text);
      expect(await camera.next(), text).toMatchObject({ type: "config" });
      camera.socket.send(Buffer.from(text), { binary: true });
      expect(await camera.next(), text).toMatchObject({ type: "config" });
    }
  });

  it("a message in fragments is one message", async () => {
    const { camera } = await scene();
    camera.socket.send('{"type":', { fin: false });
    camera.socket.send("", { fin: false });
    camera.socket.send('"config"}', { fin: true });
    expect(await camera.next()).toMatchObject({ type: "config" });
  });

  it("text that is not UTF-8 is rejected, and ends the connection as RFC 6455 requires", async () => {
    const { camera, device, witness } = await scene();
    camera.socket.send(Buffer.from([0x22, 0xc3, 0x28, 0x22]), { binary: false });
    expect(await camera.next()).toMatchObject({
      type: "rejected",
      code: "BAD_PAYLOAD",
      message: "A message must be UTF-8.",
    });
    expect(await camera.closed).toBe(1007);
    expect(await witness.next("exit")).toMatchObject({ reason: "lost" });
    await device("canary");
  });

  it("a message above 320 KiB ends the connection, one above the limit of its field is rejected", async () => {
    const { camera } = await scene();
    camera.send({ type: "answer", sdp: "v".repeat(262_145) });
    expect(await camera.next()).toMatchObject({ code: "TOO_LARGE" });
    camera.send({ type: "answer", sdp: "v".repeat(320 * 1024) });
    expect(await camera.closed).toBe(1009);
  });

  it.each<[string, Buffer]>([
    [
      "a million empty fragments",
      Buffer.concat([
        Buffer.from([0x01, 0x80, 0, 0, 0, 0]),
        Buffer.from("0080".concat("00000000").repeat(1_000_000), "hex"),
      ]),
    ],
    ["frames without a mask", Buffer.from([0x81, 0x02, 0x7b, 0x7d])],
    ["a reserved operation", Buffer.from([0x83, 0x80, 0, 0, 0, 0])],
    ["a length beyond all numbers", Buffer.from([0x81, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff])],
    ["noise", Buffer.from("GET / HTTP/1.1\r\n\r\n")],
  ])("%s on the bare TCP connection end that connection and nothing else", async (_, bytes) => {
    const { url, untouched, gateway } = await scene();
    const before = gateway.size;
    const socket = connect(Number(new URL(url).port), "127.0.0.1");
    const ended = new Promise<void>((resolve) => socket.once("close", () => resolve()));
    socket.on("error", () => undefined);
    const headers = [
      "Host: x",
      "Connection: Upgrade",
      "Upgrade: websocket",
      "Sec-WebSocket-Version: 13",
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    ];
    socket.write(`GET /device?room=hostile HTTP/1.1\r\n${headers.join("\r\n")}\r\n\r\n`);
    socket.write(bytes);
    socket.resume();
    await ended;
    await until("the gateway has noticed the end", () => gateway.size === before);
    await untouched();
  });
});

describe("the golden vectors of device messages", () => {
  const folder = join(dirname(createRequire(import.meta.url).resolve("@sig/protocol/package.json")), "vectors");
  interface File {
    type: string;
    cases: { name: string; payload: unknown; valid: boolean; code?: string }[];
  }
  const files = readdirSync(folder)
    .filter((name) => name.startsWith("from-device-"))
    .map((name) => JSON.parse(readFileSync(join(folder, name), "utf8")) as File);

  it.each(files)(
    "$type: a running gateway accepts the valid messages and rejects the others with their codes",
    async ({ type, cases }) => {
      const { device } = await startGateway({ rateLimit: false });
      for (const [index, { name, payload, valid, code }] of cases.entries()) {
        const { device: camera } = await device(`vector ${index}`);
        camera.send(vectorText(payload));
        if (type === "exit" && valid) {
          expect(await camera.closed, name).toBe(1000);
          continue;
        }
        const answer = await camera.next();
        if (!valid) expect(answer, name).toMatchObject({ type: "rejected", code });
        // The room has no other peer: a valid message is rejected for that.
        else if (type === "config") expect(answer, name).toMatchObject({ type: "config" });
        else expect(answer, name).toMatchObject({ type: "rejected", code: "PEER_NOT_FOUND" });
        camera.socket.close();
      }
    },
  );
});
