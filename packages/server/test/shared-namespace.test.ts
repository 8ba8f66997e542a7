import { describe, expect, it } from "vitest";
import { barrier, newKey } from "./client.js";
import { startServer, until } from "./harness.js";
import { twoMembers } from "./two-members.js";

/** Payloads of an application's own events that have our names. */
const ownPayloads: readonly unknown[] = [
  "hello",
  7,
  null,
  [],
  {},
  { text: "hello" },
  { room: "r" },
  { room: "r", type: "chat" },
  { room: "lobby", type: "chat", data: 1, metadata: 1 },
];

describe("U02: an application on the same namespace", () => {
  it("answers its own `message` itself, and receives all that it sends to itself", async () => {
    const server = await startServer();
    const received: unknown[] = [];
    server.io.on("connection", (socket) => {
      socket.on("message", (payload: unknown, ack?: (reply: unknown) => void) => {
        received.push(payload);
        ack?.({ thanks: received.length });
      });
    });
    const stranger = await server.connect();
    const { second: member } = await twoMembers(server, "websocket");
    for (const client of [stranger, member]) {
      received.length = 0;
      for (const payload of ownPayloads)
        expect(await client.socket.timeout(2_000).emitWithAck("message", payload)).toEqual({ thanks: received.length });
      expect(received).toEqual(ownPayloads);
    }
  });

  it.each(["message", "metadata", "leaving", "iceServers"])(
    "sends 1,000 of its own `%s`: nothing is rejected, nobody is cut off, and the relay has its whole budget",
    async (event) => {
      const server = await startServer();
      const own: unknown[] = [];
      server.io.on("connection", (socket) => socket.on(event, (payload: unknown) => own.push(payload)));
      const rejected: unknown[] = [];
      server.signaling.on("rejected", (detail) => rejected.push(detail));
      const { first, second, ids } = await twoMembers(server, "websocket");
      for (let count = 0; count < 1_000; count += 1) first.emit(event, "hello");
      await until("the application has received all of its own", () => own.length === 1_000);
      const offers = await Promise.all(
        Array.from({ length: 250 }, () => first.call("offer", { room: "r", to: ids[1], sdp: "v=0" })),
      );
      expect(offers.every(({ ok }) => ok)).toBe(true);
      await barrier(first, second);
      expect([first.received("rejected"), second.received("message", "metadata"), rejected]).toEqual([[], [], []]);
      expect(first.socket.connected).toBe(true);
    },
  );

  it("sends its own events from a legacy client: they stay its own, whatever they look like", async () => {
    const server = await startServer();
    const { first, second } = await twoMembers(server, "websocket", [false, true]);
    first.emit("message", { room: "r", type: "chat", data: 1 });
    first.emit("metadata", { room: "r", metadata: 1 });
    await barrier(first, second);
    expect([first.received("rejected"), second.received("message", "metadata")]).toEqual([[], []]);
  });

  it("has members whose `message` in our shape is ours: it is relayed, counted and rejected as before", async () => {
    const server = await startServer();
    const { first, second, ids } = await twoMembers(server, "websocket");
    expect(await first.call("message", { room: "r", type: "chat", data: 1 })).toEqual({ ok: true });
    expect(await second.next("message")).toEqual({ from: ids[0], room: "r", type: "chat", data: 1 });
    expect(await first.call("message", { room: "r", type: "", data: 1 })).toMatchObject({ code: "BAD_PAYLOAD" });
    expect(await first.call("metadata", { room: "r", metadata: "x".repeat(20_000) })).toMatchObject({
      code: "TOO_LARGE",
    });
    await first.call("exit", { room: "r" });
    first.emit("message", { room: "r", type: "chat", data: 2 });
    await barrier(first, second);
    expect(second.received("message")).toHaveLength(1);
  });

  it("keeps its preflight: who asks with an ack and nothing else gets an answer before joining", async () => {
    const server = await startServer({ iceServers: [{ urls: "stun:x" }] });
    const stranger = await server.connect();
    for (const payload of [{}, { room: "r" }, { room: "r", token: "t" }])
      expect(await stranger.call("iceServers", payload)).toMatchObject({ ok: true });
    expect(await stranger.call("createAndJoinRoom", { room: "r", key: newKey() })).toMatchObject({ ok: true });
  });
});
