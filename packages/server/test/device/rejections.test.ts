import { peerIdFromKey, Unauthorized, type SignalingFault } from "@sig/server";
import { describe, expect, it } from "vitest";
import { newKey } from "../client.js";
import { deferred, until } from "../harness.js";
import { TestDevice } from "./device.js";
import { offerOf, startGateway } from "./gateway.js";

const room = "front door";

/**
 * Connects a device that is not admitted. Resolves with its rejection, and with the code that its connection ends with.
 */
async function rejectionOf(
  url: string,
  query: Record<string, string>,
  options: object = {},
): Promise<{ code: string; message: string; closed: number }> {
  const device = await TestDevice.connect(url, query, "/device", options);
  const { type, code, message } = await device.next();
  expect(type).toBe("rejected");
  return { code: String(code), message: String(message), closed: await device.closed };
}

describe("U22: a device that is not admitted raises `rejected`", () => {
  it("U22: by the gateway and by the signaling, with the room and the peer but without the token", async () => {
    const { url, signaling } = await startGateway(
      { maxPeersPerRoom: 1 },
      { authorize: ({ token }) => token !== "secret" },
    );
    const rejected: unknown[] = [];
    signaling.on("rejected", (detail) => rejected.push(detail));
    const key = newKey();
    const peerId = peerIdFromKey(key);
    await rejectionOf(url, { room, key, token: "secret" });
    await rejectionOf(url, { room, token: "secret" });
    const first = await TestDevice.connect(url, { room });
    await first.next();
    await rejectionOf(url, { room, key });
    const socketId = expect.stringMatching(/^device-/) as string;
    expect(rejected).toEqual([
      { socketId, event: "createAndJoinRoom", code: "UNAUTHORIZED", room, peerId },
      { socketId, event: "createAndJoinRoom", code: "UNAUTHORIZED", room },
      { socketId, event: "createAndJoinRoom", code: "ROOM_FULL", room, peerId },
    ]);
  });
});

describe("a device is not admitted", () => {
  it.each<[string, Record<string, string>]>([
    ["no room", {}],
    ["an empty room", { room: "" }],
    ["a room with a control character", { room: "a\u0000b" }],
    ["a room that is too long", { room: "r".repeat(129) }],
    ["an invalid key", { room, key: "short" }],
  ])("with %s", async (_, query) => {
    const { url, signaling } = await startGateway();
    expect(await rejectionOf(url, query)).toMatchObject({ code: "BAD_PAYLOAD", closed: 1008 });
    expect(await signaling.rooms()).toEqual([]);
  });

  it("with a token that is too long", async () => {
    const { url } = await startGateway();
    expect(await rejectionOf(url, { room, token: "t".repeat(8193) })).toMatchObject({
      code: "TOO_LARGE",
      closed: 1008,
    });
  });

  it("into a room that is full, and may try again later", async () => {
    const { url, viewer } = await startGateway({ maxPeersPerRoom: 1 });
    await viewer(room);
    expect(await rejectionOf(url, { room })).toMatchObject({ code: "ROOM_FULL", closed: 1013 });
  });

  it("with metadata beyond the limit, or where the application fails to make it", async () => {
    const { url } = await startGateway({}, { metadata: () => Promise.reject(new Error("no database")) });
    expect(await rejectionOf(url, { room })).toMatchObject({ code: "INTERNAL", closed: 1013 });
    const { url: other } = await startGateway({ limits: { metadata: 10 } }, { metadata: () => "x".repeat(11) });
    expect(await rejectionOf(other, { room })).toMatchObject({ code: "TOO_LARGE", closed: 1008 });
  });

  it("if the gateway's `authorize` returns false, throws, rejects or does not answer; others may join", async () => {
    const asked: unknown[] = [];
    const { url, device } = await startGateway(
      {},
      {
        authorizeTimeoutMs: 50,
        authorize: ({ room: name, token, gather, request }) => {
          asked.push([name, token, gather, request.headers.origin]);
          if (token === "throws") throw new Error("broken");
          if (token === "unauthorized") throw new Unauthorized("No longer a customer.");
          if (token === "rejects") return Promise.reject(new Error("broken"));
          if (token === "breaks")
            return {
              then: () => {
                throw new Error("broken");
              },
            };
          if (token === "hangs") return new Promise(() => undefined);
          if (token === "reason") return "Not today.";
          return token === "good";
        },
      },
    );
    const options = { headers: { Origin: "https://evil.example" } };
    expect(await rejectionOf(url, { room, token: "bad" }, options)).toEqual({
      code: "UNAUTHORIZED",
      message: "Not authorized to join this room.",
      closed: 1008,
    });
    expect(await rejectionOf(url, { room, gather: "1" })).toMatchObject({ code: "UNAUTHORIZED" });
    // U03: no decision; the device may try again.
    for (const token of ["throws", "rejects", "breaks"])
      expect(await rejectionOf(url, { room, token }), token).toEqual({
        code: "INTERNAL",
        message: "Authorization failed.",
        closed: 1013,
      });
    expect(await rejectionOf(url, { room, token: "hangs" })).toEqual({
      code: "INTERNAL",
      message: "Authorization timed out after 50 ms.",
      closed: 1013,
    });
    expect(await rejectionOf(url, { room, token: "reason" })).toMatchObject({ message: "Not today.", closed: 1008 });
    expect(await rejectionOf(url, { room, token: "unauthorized" })).toEqual({
      code: "UNAUTHORIZED",
      message: "No longer a customer.",
      closed: 1008,
    });
    expect((await device(room, { token: "good" })).id).toHaveLength(22);
    expect(asked.slice(0, 2)).toEqual([
      [room, "bad", false, "https://evil.example"],
      [room, undefined, true, undefined],
    ]);
  });

  it("where `authorize` of the signaling rejects: it is called for every device too", async () => {
    const faults: SignalingFault[] = [];
    const { url, signaling, device } = await startGateway({
      // As an application for Socket.IO alone writes it, which throws for a device without a handshake.
      authorize: ({ socket, token }) => (token === "io" ? socket.handshake.auth.token === "x" : token === "good"),
    });
    signaling.on("error", (fault) => faults.push(fault));
    expect(await rejectionOf(url, { room })).toMatchObject({ code: "UNAUTHORIZED", closed: 1008 });
    expect(await rejectionOf(url, { room, token: "io" })).toMatchObject({ code: "INTERNAL", closed: 1013 });
    expect(faults.map(({ source }) => source)).toEqual(["authorize"]);
    await device(room, { token: "good" });
  });

  it("while `authorize` runs: its messages are rejected, and Engine.IO does not end its connection", async () => {
    const gate = deferred<boolean>();
    const { url, signaling } = await startGateway({}, { authorize: () => gate.promise });
    const device = await TestDevice.connect(url, { room });
    device.send({ type: "answer", sdp: "v=0", to: "somebody" });
    expect(await device.next()).toMatchObject({ code: "NOT_IN_ROOM" });
    // Engine.IO ends a later upgrade without a listener a second after it arrived: ours has had its second too.
    await expect(TestDevice.connect(url, { room }, "/nobody")).rejects.toThrow(/socket hang up/);
    expect(await signaling.rooms()).toEqual([]);
    gate.resolve(true);
    expect(await device.next()).toMatchObject({ type: "config" });
  });

  it("when it has disconnected before the application has answered", async () => {
    const gate = deferred<boolean>();
    const { url, signaling, gateway, device: canary } = await startGateway({}, { authorize: () => gate.promise });
    const device = await TestDevice.connect(url, { room });
    device.socket.close();
    await until("the gateway has noticed the end", () => gateway.size === 0);
    gate.resolve(true);
    await canary("another room");
    expect(await signaling.rooms()).toEqual([{ name: "another room", peers: 1 }]);
  });

  it("when the signaling is closed, and present devices are disconnected", async () => {
    const { url, device, signaling } = await startGateway();
    const { device: camera, id } = await device(room);
    await signaling.close();
    expect(await camera.next()).toEqual({ type: "exit", from: id, reason: "closed" });
    expect(await camera.closed).toBe(1001);
    expect(await rejectionOf(url, { room })).toMatchObject({ code: "CLOSING", closed: 1013 });
  });
});

describe("a device whose `authorize` runs when the signaling closes", () => {
  it("is rejected with CLOSING, whatever the answer is then", async () => {
    const gate = deferred<boolean>();
    const { url, signaling } = await startGateway({}, { authorize: () => gate.promise });
    const device = await TestDevice.connect(url, { room });
    await signaling.close();
    device.send({ type: "config" });
    expect(await device.next()).toMatchObject({ type: "rejected", code: "CLOSING" });
    gate.resolve(true);
    expect(await device.next()).toMatchObject({ type: "rejected", code: "CLOSING" });
    expect(await device.closed).toBe(1013);
  });
});

describe("a message of a device is rejected", () => {
  it("where no peer has sent it an offer, or several have and it names none", async () => {
    const { device, viewer } = await startGateway();
    const { device: camera, id: to } = await device(room);
    camera.send({ type: "answer", sdp: "v=0" });
    expect(await camera.next()).toMatchObject({ type: "rejected", code: "PEER_NOT_FOUND" });
    for (const { page } of [await viewer(room), await viewer(room)])
      await page.call("offer", { to, room, sdp: offerOf() });
    camera.send({ candidate: "candidate:1", sdpMLineIndex: 0 });
    expect((await camera.roundTrip()).slice(2)).toEqual([
      { type: "rejected", code: "BAD_PAYLOAD", message: '"to" is missing: there are several viewers.' },
    ]);
  });

  it("where it names a peer that is absent, in another room, or the device itself", async () => {
    const { device, viewer } = await startGateway();
    const { device: camera, id: own } = await device(room);
    const { page: stranger, id: elsewhere } = await viewer("another room");
    for (const to of ["nobody", elsewhere, own, "__proto__"]) {
      camera.send({ type: "answer", sdp: "v=0", to });
      expect(await camera.next()).toMatchObject({ type: "rejected", code: "PEER_NOT_FOUND" });
    }
    await stranger.roundTrip();
    expect(stranger.received("answer")).toEqual([]);
  });

  it("where the viewer is away", async () => {
    const { device, viewer } = await startGateway();
    const { device: camera, id: to } = await device(room);
    const [{ page }, { page: witness }] = [await viewer(room), await viewer(room)];
    await page.call("offer", { to, room, sdp: offerOf() });
    await camera.next();
    page.close();
    await witness.next("presence");
    camera.send({ type: "answer", sdp: "v=0" });
    expect(await camera.next()).toMatchObject({ type: "rejected", code: "PEER_AWAY" });
  });

  it("once it is kicked: it is notified, and its connection ends", async () => {
    const { device, signaling, url } = await startGateway();
    const key = newKey();
    const { device: camera, id } = await device(room, { key });
    await device(room);
    await signaling.kick(room, id);
    expect(await camera.next()).toEqual({ type: "exit", from: id, reason: "kicked" });
    expect(await camera.closed).toBe(1008);
    expect(await rejectionOf(url, { room, key })).toMatchObject({ code: "KICKED", closed: 1008 });
  });
});

describe("the options of the gateway", () => {
  it.each([
    [{ path: "device" }, /path/],
    [{ path: "/device?x" }, /path/],
    [{ path: "/gerät" }, /path/],
    [{ authorize: true }, /authorize/],
    [{ metadata: {} }, /metadata/],
    [{ pingIntervalMs: 0 }, /pingIntervalMs/],
    [{ pingTimeoutMs: 1.5 }, /pingTimeoutMs/],
    [{ gatherTimeoutMs: -1 }, /gatherTimeoutMs/],
    [{ maxPayload: "1" }, /maxPayload/],
    [{ maxQueuedBytes: Number.NaN }, /maxQueuedBytes/],
    [{ logger: {} }, /logger/],
    [{ clock: {} }, /clock/],
    [{ randomBytes: 7 }, /randomBytes/],
    [{ authorise: () => false }, /authorise/],
  ])("%j is invalid", async (options, message) => {
    await expect(startGateway({}, options as never)).rejects.toThrow(message);
  });
});
