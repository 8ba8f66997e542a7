import { describe, expect, it } from "vitest";
import { barrier } from "../client.js";
import { FakeClock } from "../fake-clock.js";
import { candidateLine, offerOf, startGateway } from "./gateway.js";

const room = "front door";

describe("two viewers of one device", () => {
  it("are distinguished by `from` and `to`, each with its own offer", async () => {
    const { device, viewer } = await startGateway();
    const { device: camera, id: to } = await device(room);
    const [ada, grace] = [await viewer(room), await viewer(room)];
    await ada.page.call("offer", { to, room, sdp: offerOf("AAAA"), offerId: "ada-1" });
    await grace.page.call("offer", { to, room, sdp: offerOf("GGGG"), offerId: "grace-1" });
    expect((await camera.roundTrip()).map(({ from, offerId }) => [from, offerId])).toEqual([
      [ada.id, "ada-1"],
      [grace.id, "grace-1"],
    ]);
    for (const { id } of [grace, ada]) {
      camera.send({ type: "answer", sdp: `v=0\r\ns=${id}\r\n`, to: id });
      camera.send({ candidate: candidateLine(1), sdpMLineIndex: 0, to: id });
    }
    for (const { page, id } of [ada, grace]) {
      expect((await page.next("answer")).sdp).toContain(id);
      expect(await page.next("candidate")).toMatchObject({ from: to, to: id });
    }
    expect(ada.page.received("answer")).toMatchObject([["answer", { offerId: "ada-1" }]]);
    expect(grace.page.received("answer")).toMatchObject([["answer", { offerId: "grace-1" }]]);
  });

  it("need no `to` any more once one of them has left", async () => {
    const { device, viewer } = await startGateway();
    const { device: camera, id: to } = await device(room);
    const [ada, grace] = [await viewer(room), await viewer(room)];
    for (const { page } of [ada, grace]) await page.call("offer", { to, room, sdp: offerOf() });
    await ada.page.call("exit", { room });
    camera.send({ type: "answer", sdp: "v=0" });
    expect(await grace.page.next("answer")).toMatchObject({ from: to });
    await barrier(ada.page, grace.page);
    expect(ada.page.received("answer")).toEqual([]);
  });

  it("receive the answer to the offer that the device names, or else to the latest that it received", async () => {
    const { device, viewer } = await startGateway();
    const { device: camera, id: to } = await device(room);
    const { page } = await viewer(room);
    for (const offerId of ["o-1", "o-2", "o-2"]) await page.call("offer", { to, room, sdp: offerOf(), offerId });
    expect((await camera.roundTrip()).map(({ offerId }) => offerId)).toEqual(["o-1", "o-2"]);
    camera.send({ type: "answer", sdp: "v=0", offerId: "o-1" });
    camera.send({ type: "answer", sdp: "v=0" });
    expect([(await page.next("answer")).offerId, (await page.next("answer")).offerId]).toEqual(["o-1", "o-2"]);
    await page.call("candidate", { to, room, candidate: { sdpMid: "0", sdp: candidateLine(1) }, offerId: "o-1" });
    await page.call("candidate", { to, room, candidate: { sdpMid: "0", sdp: candidateLine(2) }, offerId: "o-2" });
    expect((await camera.roundTrip()).map(({ candidate }) => candidate)).toEqual([candidateLine(2)]);
  });
});

describe("a legacy client and a device", () => {
  it("reach each other with the fields that each of them knows", async () => {
    const { device, viewer } = await startGateway();
    const { device: camera, id: to } = await device(room);
    const { page, id: from } = await viewer(room, {});
    expect(page.log[0]?.payload).toEqual({ id: from, room, peers: [{ id: to }] });
    page.emit("offer", { to, room, from, sdp: offerOf() });
    page.emit("candidate", { to, room, from, candidate: { sdpMid: "1", sdpMLineIndex: "1", sdp: candidateLine(1) } });
    expect(await camera.roundTrip()).toEqual([
      { type: "offer", sdp: offerOf(), from },
      { candidate: candidateLine(1), sdpMLineIndex: 1, sdpMid: "1", from },
    ]);
    camera.send({ type: "answer", sdp: "v=0\ns=-" });
    camera.send({ candidate: candidateLine(2), sdpMLineIndex: 1 });
    expect(await page.next("answer")).toEqual({ from: to, to: from, room, sdp: "v=0\r\ns=-\r\n" });
    expect(await page.next("candidate")).toEqual({
      from: to,
      to: from,
      room,
      candidate: { sdpMid: "1", sdpMLineIndex: 1, sdp: candidateLine(2) },
    });
  });
});

describe("a device that takes no candidates (`gather=1`)", () => {
  const holding = (line: string): string => expect.stringContaining(`a=${line}\r\n`) as string;

  it("receives each offer with its candidates in it, once they have ended", async () => {
    const { device, viewer } = await startGateway({}, { gatherTimeoutMs: 60_000 });
    const { device: camera, id: to } = await device(room, { gather: "1" });
    const [ada, grace] = [await viewer(room), await viewer(room)];
    const viewers = [
      { ...ada, ufrag: "AAAA" },
      { ...grace, ufrag: "GGGG" },
    ];
    for (const { page, ufrag } of viewers) await page.call("offer", { to, room, sdp: offerOf(ufrag), offerId: ufrag });
    for (const port of [1, 2]) {
      for (const { page, ufrag } of viewers) {
        await page.call("candidate", {
          to,
          room,
          candidate: { sdpMid: "0", sdpMLineIndex: 0, sdp: candidateLine(port, ufrag) },
          offerId: ufrag,
        });
        await page.call("candidate", {
          to,
          room,
          candidate: { sdpMid: "0", sdp: candidateLine(9, "OLD") },
          offerId: ufrag,
        });
      }
    }
    expect(await camera.roundTrip()).toEqual([]);
    for (const { page, id, ufrag } of [...viewers].reverse()) {
      await page.call("candidate", { to, room, candidate: { sdpMid: "0", sdpMLineIndex: 0, sdp: "" }, offerId: ufrag });
      await page.call("candidate", {
        to,
        room,
        candidate: { sdpMid: "0", sdp: candidateLine(3, ufrag) },
        offerId: ufrag,
      });
      const { sdp, ...rest } = await camera.next();
      expect(rest).toEqual({ type: "offer", from: id, offerId: ufrag });
      expect(sdp).toBe(
        offerOf(ufrag).replace(
          "a=mid:0\r\n",
          `a=mid:0\r\na=${candidateLine(1, ufrag)}\r\na=${candidateLine(2, ufrag)}\r\na=end-of-candidates\r\n`,
        ),
      );
    }
    expect(await camera.roundTrip()).toEqual([]);
  });

  it("does not wait forever for a peer that never ends its candidates", async () => {
    const clock = new FakeClock();
    const { device, viewer } = await startGateway({}, { clock });
    const { device: camera, id: to } = await device(room, { gather: "1" });
    const { page } = await viewer(room, {});
    page.emit("offer", { to, room, sdp: offerOf() });
    page.emit("candidate", { to, room, candidate: { sdpMid: "0", sdpMLineIndex: "0", sdp: candidateLine(1) } });
    await page.roundTrip();
    clock.advance(1_999);
    expect(await camera.roundTrip()).toEqual([]);
    clock.advance(1);
    expect(await camera.next()).toMatchObject({ type: "offer", sdp: holding(candidateLine(1)) });
  });

  it("hardly waits for an offer that came with its candidates", async () => {
    const clock = new FakeClock();
    const { device, viewer } = await startGateway({}, { gatherTimeoutMs: 60_000, clock });
    const { device: camera, id: to } = await device(room, { gather: "1" });
    const { page } = await viewer(room);
    const sdp = offerOf().replace("a=mid:0\r\n", `a=mid:0\r\na=${candidateLine(1)}\r\n`);
    await page.call("offer", { to, room, sdp });
    clock.advance(200);
    expect(await camera.next()).toMatchObject({
      sdp: sdp.replace(`${candidateLine(1)}\r\n`, `${candidateLine(1)}\r\na=end-of-candidates\r\n`),
    });
  });

  it("receives the newer of two offers, and none of a viewer that has left", async () => {
    const { device, viewer } = await startGateway({}, { gatherTimeoutMs: 60_000 });
    const { device: camera, id: to } = await device(room, { gather: "1" });
    const [ada, grace] = [await viewer(room), await viewer(room)];
    await grace.page.call("offer", { to, room, sdp: offerOf("GGGG"), offerId: "g" });
    for (const offerId of ["a-1", "a-2"]) await ada.page.call("offer", { to, room, sdp: offerOf(offerId), offerId });
    await grace.page.call("exit", { room });
    for (const offerId of ["a-1", "a-2"])
      await ada.page.call("candidate", { to, room, candidate: { sdpMid: "0", sdp: "" }, offerId });
    expect(await camera.roundTrip()).toEqual([
      { type: "exit", from: grace.id },
      { type: "offer", sdp: offerOf("a-2"), from: ada.id, offerId: "a-2" },
    ]);
  });

  it("does not take the acknowledgements of peers that number their messages for the end of candidates", async () => {
    const { device, viewer } = await startGateway({}, { gatherTimeoutMs: 60_000 });
    const { device: camera, id: to } = await device(room, { gather: "1" });
    const { page } = await viewer(room);
    const link = { epoch: "1.x", seq: 1, ack: 0 };
    await page.call("offer", { to, room, sdp: offerOf(), offerId: "o", link });
    await page.call("candidate", {
      to,
      room,
      candidate: { sdpMid: "", sdpMLineIndex: 0, sdp: "" },
      link: { ...link, seq: 0 },
    });
    expect(await camera.roundTrip()).toEqual([]);
  });
});
