import { attachSignaling } from "@sig/server";
import { describe, expect, it, onTestFinished } from "vitest";
import { newKey } from "./client.js";
import { FakeClock } from "./fake-clock.js";
import { connectTo, startIo } from "./harness.js";

/** As servers do that load their code anew while they run. */
describe("U11: an application that removes every listener of", () => {
  it("a namespace has its new sockets served within ten seconds, once each", async () => {
    const { io, url } = await startIo();
    const clock = new FakeClock();
    const signaling = attachSignaling(io, { clock });
    onTestFinished(() => signaling.close());
    const before = await connectTo(url);
    await before.join("r", { key: newKey() });
    io.removeAllListeners("connection");
    const after = await connectTo(url);
    clock.advance(10_000);
    const { id, peers } = await after.join("r", { key: newKey() });
    expect(peers).toHaveLength(1);
    expect(await before.next("joined")).toMatchObject({ id });
    clock.advance(10_000);
    expect(io.listeners("connection")).toHaveLength(1);
  });

  it("a child and of its parent has the new sockets of both served within ten seconds", async () => {
    const { io, url } = await startIo();
    const clock = new FakeClock();
    const parent = io.of(/^\/tenant-\d+$/);
    const signaling = attachSignaling(parent, { clock });
    onTestFinished(() => signaling.close());
    const before = await connectTo(url, "websocket", { namespace: "/tenant-1" });
    await before.join("r", { key: newKey() });
    io.of("/tenant-1").removeAllListeners("connection");
    parent.removeAllListeners("connection");
    const after = await connectTo(url, "websocket", { namespace: "/tenant-1" });
    clock.advance(10_000);
    expect((await after.join("r", { key: newKey() })).peers).toHaveLength(1);
    const other = await connectTo(url, "websocket", { namespace: "/tenant-2" });
    expect(await other.join("r", { key: newKey() })).toMatchObject({ room: "r", peers: [] });
  });

  it("a namespace has no socket served after `close`", async () => {
    const { io } = await startIo();
    const clock = new FakeClock();
    const signaling = attachSignaling(io, { clock });
    io.removeAllListeners("connection");
    await signaling.close();
    clock.advance(60_000);
    expect(io.listeners("connection")).toEqual([]);
  });
});
