import { afterEach, describe, expect, it, vi } from "vitest";
import type { PeerManager } from "@sig/client";
import { Lab } from "./support/lab.js";

const lab = new Lab();

afterEach(() => lab.close());

/** What cleanups of applications do, which have listeners of their own on the socket. */
const cleanups = {
  "all listeners": undefined,
  "those of connect": "connect",
  "those of disconnect": "disconnect",
  "those of message": "message",
  "those of joined": "joined",
  "those of offer": "offer",
} as const;

/** Joins, and removes the listeners of one event or of all from the socket, those of the application and ours. */
async function joinAndRemove(event: string | undefined): Promise<PeerManager> {
  await lab.serve();
  const socket = lab.connect();
  const manager = lab.manage(socket);
  await manager.join("room");
  if (event === undefined) socket.off();
  else socket.off(event);
  return manager;
}

describe.each(Object.entries(cleanups))("an application that removes %s from the socket", (_, event) => {
  it("does not keep its manager from returning to the room", async () => {
    const manager = await joinAndRemove(event);
    await lab.stop();
    await vi.waitFor(() => expect(manager.state).toBe("reconnecting"), { timeout: 8000 });
    await lab.serve();
    await vi.waitFor(() => expect(manager.state).toBe("joined"), { timeout: 8000 });
    expect(await lab.signaling.peers("room")).toMatchObject([{ id: manager.id }]);
  });

  it("does not keep its manager from noticing who comes and goes", async () => {
    const manager = await joinAndRemove(event);
    const other = lab.manage();
    await other.join("room");
    await vi.waitFor(() => expect([...manager.peers.keys()]).toEqual([other.id]), { timeout: 8000 });
    await other.leave();
    await vi.waitFor(() => expect([...manager.peers.keys()]).toEqual([]), { timeout: 8000 });
  });
});

it.each(["offer", "answer"])(
  "an application that removes the listeners of %s from every socket ends no exchange",
  async (event) => {
    await lab.serve();
    const sockets = [lab.connect(), lab.connect()];
    const managers = sockets.map((socket) => lab.manage(socket));
    await managers[0]!.join("room");
    await managers[1]!.join("room");
    for (const socket of sockets) socket.off(event);
    for (const manager of managers)
      await vi.waitFor(
        () =>
          expect([...manager.peers.values()].map(({ connection }) => connection?.remoteDescription?.type)).toEqual([
            expect.any(String),
          ]),
        { timeout: 8000 },
      );
  },
);

it("a manager that has left listens neither to the socket nor to its connection", async () => {
  await lab.serve();
  const socket = lab.connect();
  await new Promise((resolve) => socket.once("connect", () => resolve(undefined)));
  const before = ["packet", "close"].map((event) => socket.io.listeners(event as "packet").length);
  const manager = lab.manage(socket);
  await manager.join("room");
  await manager.leave();
  expect(["packet", "close"].map((event) => socket.io.listeners(event as "packet").length)).toEqual(before);
  expect(socket.hasListeners("connect")).toBe(false);
});
