import { describe, expect, it } from "vitest";
import { candidateLine, offerOf, startGateway } from "./gateway.js";

const room = "front door";

describe("a device on a plain WebSocket", () => {
  it("receives its id, its room and the ICE servers first", async () => {
    const iceServers = [{ urls: ["turn:turn.example.org", "stun:[2001:db8::1]:3479"] }];
    const { device, viewer } = await startGateway({ iceServers });
    const { device: first, id } = await device(room);
    expect(first.log).toEqual([{ type: "config", id, room, stun: { host: "2001:db8::1", port: 3479 }, iceServers }]);
    const { page } = await viewer(room);
    expect(page.log[0]?.payload).toMatchObject({ peers: [{ id, state: "online" }] });
  });

  it("receives null as the STUN server where none is configured", async () => {
    const { device } = await startGateway();
    const { device: first, id } = await device(room);
    expect(first.log).toEqual([{ type: "config", id, room, stun: null, iceServers: [] }]);
  });

  it("receives an offer and candidates, and its answer and candidates arrive as a browser reads them", async () => {
    const { device, viewer } = await startGateway();
    const { device: camera, id: to } = await device(room);
    const { page, id: from } = await viewer(room);
    const sdp = offerOf();
    await page.call("offer", { to, room, sdp, offerId: "o-1" });
    expect(await camera.next()).toEqual({ type: "offer", sdp, from, offerId: "o-1" });
    await page.call("candidate", { to, room, candidate: { sdpMid: "1", sdp: candidateLine(1) }, offerId: "o-1" });
    expect(await camera.next()).toEqual({
      candidate: candidateLine(1),
      sdpMLineIndex: 1,
      sdpMid: "1",
      from,
      offerId: "o-1",
    });

    camera.send({ type: "answer", sdp: "v=0\no=- 1 2 IN IP4 127.0.0.1\n" });
    expect(await page.next("answer")).toEqual({
      from: to,
      to: from,
      room,
      sdp: "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\n",
      offerId: "o-1",
    });
    camera.send({ candidate: `a=${candidateLine(2)}\r\n`, sdpMLineIndex: 1 });
    expect(await page.next("candidate")).toEqual({
      from: to,
      to: from,
      room,
      offerId: "o-1",
      candidate: { sdpMid: "1", sdpMLineIndex: 1, sdp: candidateLine(2) },
    });
    camera.send({ type: "candidate", candidate: "" });
    expect((await page.next("candidate")).candidate).toEqual({ sdpMid: "0", sdpMLineIndex: 0, sdp: "" });
    expect(await camera.roundTrip()).toEqual([]);
  });

  it("is announced with its capabilities and its name", async () => {
    const { device, viewer } = await startGateway();
    const { page } = await viewer(room);
    const { id } = await device(room, { name: "Front door" });
    const capabilities = { trickle: true, rollback: false, renegotiate: false, restart: false, dialect: "device" };
    // The gateway understands the drain of a node for its devices.
    const known = { room, capabilities, features: ["drain"] };
    expect(await page.next("joined")).toEqual({ ...known, id, metadata: { name: "Front door" } });
    const { id: second } = await device(room, { gather: "1" });
    expect(await page.next("joined")).toEqual({
      ...known,
      id: second,
      capabilities: { ...capabilities, trickle: false },
    });
  });

  it("is notified of a viewer that leaves, and the others of a device that leaves", async () => {
    const { device, viewer } = await startGateway();
    const { device: camera, id: to } = await device(room);
    const [{ page, id }, { page: other, id: otherId }] = [await viewer(room), await viewer(room)];
    for (const each of [page, other]) await each.call("offer", { to, room, sdp: offerOf() });
    await page.call("exit", { room });
    other.close();
    expect((await camera.roundTrip()).slice(2)).toEqual([{ type: "exit", from: id }]);
    const { page: third } = await viewer(room);
    camera.send({ type: "exit" });
    expect(await third.next("exit")).toEqual({ from: to, room, reason: "left" });
    expect(await camera.closed).toBe(1000);
    expect(camera.log.some((message) => message.from === otherId && message.type === "exit")).toBe(false);
  });
});
