import { toIceCandidateInit, toSessionDescription } from "@sig/protocol";
import { expect, it } from "vitest";
import { connectTo } from "../harness.js";
import { candidateLine, offerOf, startGateway } from "./gateway.js";

const room = "front door";

it("a device with a Socket.IO client sends its own dialect, and a page reads it like that of a browser", async () => {
  const { url, viewer } = await startGateway();
  const { page, id: from } = await viewer(room);
  const device = await connectTo(url);
  const capabilities = { trickle: true, renegotiate: false, dialect: "device" };
  const { id: to } = await device.join(room, { capabilities });
  expect(await page.next("joined")).toEqual({ id: to, room, capabilities });
  await page.call("offer", { to, room, sdp: offerOf(), offerId: "o" });
  expect(await device.next("offer")).toEqual({ from, to, room, sdp: offerOf() });

  device.emit("answer", {
    from: to,
    to: from,
    room,
    sdp: { sdp: "v=0\n\to=- 1 2 IN IP4 127.0.0.1\n\t", type: "answer" },
  });
  device.emit("candidate", {
    from: to,
    to: from,
    room,
    candidate: { candidate: `a=${candidateLine(1)}`, sdpMLineIndex: 0 },
  });
  device.emit("candidate", { from: to, to: from, room, candidate: { candidate: "", sdpMLineIndex: 0, sdpMid: "0" } });
  const { sdp } = await page.next("answer");
  expect(toSessionDescription("answer", sdp)).toEqual({ type: "answer", sdp: "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\n" });
  const { candidate } = await page.next("candidate");
  expect(toIceCandidateInit(candidate)).toEqual({
    candidate: candidateLine(1),
    sdpMid: null,
    sdpMLineIndex: 0,
    usernameFragment: "gX6M",
  });
  expect((await page.next("candidate")).candidate.sdp).toBe("");
});
