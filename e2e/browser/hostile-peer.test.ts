import { describe, expect, it } from "vitest";
import { connected, joinLab, seesFrames } from "./lab/pair.js";
import { withLab } from "./lab/suite.js";

describe("T35: a peer that sends garbage", () => {
  const lab = withLab();

  it("breaks its own connection alone, and mends it with its next valid offer", async () => {
    const [victim, friend, hostile] = await Promise.all([lab.open(), lab.open(), lab.open()]);
    const victimId = await joinLab(victim, "garbage", { camera: true });
    await joinLab(friend, "garbage", { camera: true });
    await Promise.all([connected(victim, 1), connected(friend, 1)]);

    // A peer of the wire alone, with a key, so that it is not given way to.
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
        () => window.heard.filter((line) => line === "error NEGOTIATION_FAILED").length,
        (failures) => failures >= 1,
      ),
    );
    await seesFrames(friend, 5, victimId);

    // The same peer comes to its senses.
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
        // Whichever side gives way: the other's offer is answered, or ours is.
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
    await seesFrames(friend, 5, victimId);
    expect(await friend.page.evaluate(() => window.heard.filter((line) => line.startsWith("error")))).toEqual([]);
  });

  it("gets no message through that does not fit, and none of its own errors to others", async () => {
    const [ours, other] = await Promise.all([lab.open(), lab.open()]);
    for (const { page } of [ours, other]) {
      await page.evaluate(async () => {
        const { PeerManager, io, z } = window.lab;
        const manager = new PeerManager(io(), { messages: { chat: z.object({ text: z.string() }) } });
        window.heard = [];
        manager.on("message", ({ type, data }) => window.heard.push(`${type} ${JSON.stringify(data)}`));
        manager.on("error", ({ code }) => window.heard.push(code));
        window.manager = manager;
        await manager.join("messages");
      });
    }
    await Promise.all([connected(ours, 1), connected(other, 1)]);
    const refused = await other.page.evaluate(() => {
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
    expect(refused).toEqual(["INVALID_ARGUMENT", "INVALID_ARGUMENT", "sent"]);
    await ours.page.evaluate(() =>
      window.lab.until(
        () => window.heard,
        (heard) => heard.length > 0,
      ),
    );
    expect(await ours.page.evaluate(() => window.heard)).toEqual(['chat {"text":"in order"}']);
  });
});
