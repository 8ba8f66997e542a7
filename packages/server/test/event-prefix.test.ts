import { expect, test } from "vitest";
import { newKey } from "./client.js";
import { startServer } from "./harness.js";

test("eventPrefix: the server reads and writes prefixed names alone, shared ones as well", async () => {
  const server = await startServer({ eventPrefix: "call:" });
  const own: unknown[] = [];
  server.io.on("connection", (socket) =>
    socket.onAny((event: string, _: unknown, ack?: (reply: unknown) => void) => {
      if (!event.startsWith("call:")) own.push(event);
      if (event === "offer") ack?.("the application's");
    }),
  );
  const { socket } = await server.connect();
  const received: string[] = [];
  socket.onAny((event: string) => received.push(event));
  const ask = (event: string, payload: unknown): Promise<unknown> => socket.timeout(2000).emitWithAck(event, payload);
  expect(await ask("call:createAndJoinRoom", { room: "r", key: newKey() })).toMatchObject({ ok: true, peers: [] });
  expect(await ask("call:message", { room: "another", type: "t", data: 1 })).toMatchObject({ code: "NOT_IN_ROOM" });
  expect(await ask("offer", { room: "r" })).toBe("the application's");
  socket.emit("message", { room: "r", type: "t", data: 1 });
  socket.emit("call:exit", { room: "another" });
  expect(await ask("call:exit", { room: "r" })).toEqual({ ok: true });
  expect(received).toEqual(["call:created", "call:rejected"]);
  expect(own).toEqual(["offer", "message"]);
});

test("eventPrefix: anything but a short string is rejected", async () => {
  for (const eventPrefix of [7, null, "x".repeat(65)])
    await expect(startServer({ eventPrefix: eventPrefix as never })).rejects.toThrow("eventPrefix must be a string");
});
