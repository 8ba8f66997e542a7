import { describe, expect, it } from "vitest";
import { settled, startMemoryService } from "./memory-service.js";

describe("a socket without conn, nsp and handshake", () => {
  it("joins, relays and leaves like one of Socket.IO", async () => {
    const { connect, signaling } = startMemoryService({
      authorize: ({ socket }) => socket.handshake?.auth === undefined || "A handshake was not expected.",
    });
    const [a, b, legacy] = [connect(), connect(), connect()];
    expect(["conn", "nsp", "handshake"].some((name) => name in a)).toBe(false);
    const reply = await a.join("r");
    const from = reply.ok ? reply.id : "";
    await b.join("r");
    await legacy.join("r", {});
    const to = a.received("joined")[0]?.id ?? "";
    expect(await a.call("offer", { room: "r", to, sdp: "v=0" })).toEqual({ ok: true });
    expect(b.received("offer")).toEqual([{ from, to, room: "r", sdp: "v=0" }]);
    a.disconnect();
    expect(b.received("presence")).toEqual([{ id: from, room: "r", state: "away" }]);
    legacy.disconnect();
    expect(b.received("exit")).toEqual([{ from: legacy.id, room: "r", reason: "lost" }]);
    expect((await signaling.peers("r")).map(({ id }) => id)).toEqual([from, to]);
  });

  it("is disconnected when it floods", async () => {
    const { connect } = startMemoryService({
      rateLimit: { perSecond: 1, burst: 1, burstPerPeer: 0, maxRejections: 3 },
    });
    const socket = connect();
    for (let sent = 0; sent < 4; sent += 1) socket.send("offer", {});
    await settled();
    expect(socket.connected).toBe(false);
    expect(socket.received("rejected").map(({ code }) => code)).toEqual([
      "BAD_PAYLOAD",
      "RATE_LIMITED",
      "RATE_LIMITED",
      "RATE_LIMITED",
    ]);
  });

  it("has the same limit by the deprecated name `maxRefusals`", async () => {
    const { connect } = startMemoryService({ rateLimit: { perSecond: 1, burst: 1, burstPerPeer: 0, maxRefusals: 2 } });
    const socket = connect();
    for (let sent = 0; sent < 3; sent += 1) socket.send("offer", {});
    await settled();
    expect(socket.connected).toBe(false);
  });
});
