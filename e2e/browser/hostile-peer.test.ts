import { describe, expect, it } from "vitest";
import { connected, eventsMatching, joinLab, receivesFrames } from "./lab/lab-page.js";
import { withLab } from "./lab/with-lab.js";

describe("T35: a peer that sends invalid messages", () => {
  const lab = withLab();

  it("breaks only its own connection, and connects with its next valid offer", async () => {
    const [victim, friend, hostile] = await Promise.all([lab.open(), lab.open(), lab.open()]);
    const victimId = await joinLab(victim, "garbage", { camera: true });
    await joinLab(friend, "garbage", { camera: true });
    await Promise.all([connected(victim, 1), connected(friend, 1)]);

    // A raw client with a key: the manager does not always yield to it.
    await hostile.page.evaluate(
      async ({ to }) => {
        const { io } = window.lab;
        const socket = io();
        window.kept.socket = socket;
        const key = "hostile_key_hostile_key";
        await new Promise((resolve) => socket.emit("createAndJoinRoom", { room: "garbage", key }, resolve));
        const garbage = [
          "no sdp at all",
          "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\nm=video 9 UDP/NONSENSE 96\r\n",
          "\u0000\uffff",
          "v=0",
        ];
        for (const [at, sdp] of garbage.entries()) {
          socket.emit("offer", { to, room: "garbage", sdp, offerId: `g-${String(at)}` });
          socket.emit("answer", { to, room: "garbage", sdp, offerId: `g-${String(at)}` });
          socket.emit("candidate", {
            to,
            room: "garbage",
            candidate: { sdp: `candidate:${sdp.slice(0, 4)}`, sdpMid: "99", sdpMLineIndex: 99 },
            offerId: `g-${String(at)}`,
          });
        }
      },
      { to: victimId },
    );
    await victim.page.evaluate(() =>
      window.lab.until(
        () => window.events,
        (events) => events.includes("error NEGOTIATION_FAILED"),
      ),
    );
    await receivesFrames(friend, 5, { from: victimId });

    // The same peer now follows the protocol.
    const connectionState = await hostile.page.evaluate(
      async ({ to }) => {
        const socket = window.kept.socket as ReturnType<typeof window.lab.io>;
        const connection = new RTCPeerConnection();
        connection.createDataChannel("hello");
        connection.onicecandidate = ({ candidate }) => {
          if (candidate !== null) {
            const { sdpMid, sdpMLineIndex } = candidate;
            socket.emit("candidate", {
              to,
              room: "garbage",
              candidate: { sdp: candidate.candidate, sdpMid, sdpMLineIndex },
              offerId: "good",
            });
          }
        };
        // Either side may yield: it answers the other's offer, or its own is answered.
        socket.on("offer", async ({ sdp, offerId }: { sdp: string; offerId: string }) => {
          await connection.setRemoteDescription({ type: "offer", sdp });
          await connection.setLocalDescription();
          socket.emit("answer", { to, room: "garbage", sdp: connection.localDescription?.sdp, offerId });
        });
        socket.on("answer", async ({ sdp, offerId }: { sdp: string; offerId: string }) => {
          if (offerId === "good" && connection.signalingState === "have-local-offer")
            await connection.setRemoteDescription({ type: "answer", sdp });
        });
        socket.on(
          "candidate",
          async ({
            candidate,
            from,
          }: {
            candidate: { sdp: string; sdpMid: string; sdpMLineIndex: number };
            from: string;
          }) => {
            if (from === to)
              await connection.addIceCandidate({
                candidate: candidate.sdp,
                sdpMid: candidate.sdpMid,
                sdpMLineIndex: candidate.sdpMLineIndex,
              });
          },
        );
        await connection.setLocalDescription();
        socket.emit("offer", { to, room: "garbage", sdp: connection.localDescription?.sdp, offerId: "good" });
        return window.lab.until(
          () => connection.connectionState,
          (state) => state === "connected",
        );
      },
      { to: victimId },
    );
    expect(connectionState).toBe("connected");
    await receivesFrames(friend, 5, { from: victimId });
    expect(await eventsMatching(friend, /^error/)).toEqual([]);
  });

  it("sends no message that its schema rejects, and its errors reach no other peer", async () => {
    const [ours, other] = await Promise.all([lab.open(), lab.open()]);
    for (const { page } of [ours, other]) {
      await page.evaluate(async () => {
        const { PeerManager, io, z } = window.lab;
        const manager = new PeerManager(io(), { messages: { chat: z.object({ text: z.string() }) } });
        window.events = [];
        manager.on("message", ({ type, data }) => window.events.push(`${type} ${JSON.stringify(data)}`));
        manager.on("error", ({ code }) => window.events.push(code));
        window.manager = manager;
        await manager.join("messages");
      });
    }
    await Promise.all([connected(ours, 1), connected(other, 1)]);
    const outcomes = await other.page.evaluate(() => {
      const send = (type: string, data: unknown): string => {
        try {
          window.manager.send(type, data);
          return "sent";
        } catch (error) {
          return (error as { code: string }).code;
        }
      };
      return [send("chat", { text: 7 }), send("unknown", {}), send("chat", { text: "in order" })];
    });
    expect(outcomes).toEqual(["INVALID_ARGUMENT", "INVALID_ARGUMENT", "sent"]);
    await ours.page.evaluate(() =>
      window.lab.until(
        () => window.events,
        (events) => events.length > 0,
      ),
    );
    expect(await ours.page.evaluate(() => window.events)).toEqual(['chat {"text":"in order"}']);
  });
});
