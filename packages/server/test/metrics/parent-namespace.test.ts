import { attachSignaling, MemoryRoster } from "@sig/server";
import { describe, expect, it, onTestFinished } from "vitest";
import { newKey } from "../client.js";
import { connectTo, startIo } from "../harness.js";

async function startTenants() {
  const rosters = new Map<string, MemoryRoster>();
  const { io, url } = await startIo();
  const signaling = attachSignaling(io.of(/^\/tenant-\d+$/), {
    roster: (namespace) => {
      const roster = new MemoryRoster();
      rosters.set(namespace, roster);
      return roster;
    },
  });
  onTestFinished(() => signaling.close());
  return { signaling, rosters, connect: (namespace: string) => connectTo(url, "websocket", { namespace }) };
}

describe("the metrics of a service on a parent namespace", () => {
  it("are the sum over its children, and have every name before the first child", async () => {
    const { signaling, connect } = await startTenants();
    const before = signaling.metrics();
    expect(before).toMatchObject({ closing: 0, rosterReachable: 1, rooms: 0, joins: 0 });
    const [a, b] = [await connect("/tenant-1"), await connect("/tenant-2")];
    const { id } = await a.join("r", { key: newKey() });
    await b.join("r", { key: newKey() });
    await b.join("q", { key: newKey() });
    await b.call("offer", { room: "r", to: id, sdp: "v=0" });
    const sum = signaling.metrics();
    expect(sum).toMatchObject({
      connections: 2,
      rooms: 3,
      joins: 3,
      "members.online": 3,
      "rejected.PEER_NOT_FOUND": 1,
    });
    expect(Object.keys(sum).sort()).toEqual(Object.keys(before).sort());
    expect(Object.isFrozen(sum)).toBe(true);
    expect(signaling.of("/tenant-1").metrics()).toMatchObject({ rooms: 1, joins: 1, "rejected.PEER_NOT_FOUND": 0 });
    expect(signaling.of("/tenant-2").metrics()).toMatchObject({ rooms: 2, joins: 2, "rejected.PEER_NOT_FOUND": 1 });
  });

  it("keep what a child had counted when it was closed, so that no total decreases", async () => {
    const { signaling, connect } = await startTenants();
    const [a, b] = [await connect("/tenant-1"), await connect("/tenant-2")];
    await a.join("r", { key: newKey() });
    await b.join("r", { key: newKey() });
    await signaling.of("/tenant-1").close();
    const closed = { joins: 2, "exits.closed": 1, rooms: 1, "members.online": 1, connections: 1, closing: 0 };
    expect(signaling.metrics()).toMatchObject(closed);
    await signaling.of("/tenant-2").close();
    expect(signaling.metrics()).toMatchObject({ joins: 2, "exits.closed": 2, rooms: 0, connections: 0, closing: 0 });
    await signaling.close();
    expect(signaling.metrics()).toMatchObject({ joins: 2, "exits.closed": 2, closing: 1 });
  });

  it("say that the roster is reachable if that of every child is", async () => {
    const { signaling, rosters, connect } = await startTenants();
    for (const tenant of ["/tenant-1", "/tenant-2"]) await (await connect(tenant)).join("r", { key: newKey() });
    rosters.get("/tenant-2")!.list = () => {
      throw new Error("out of reach");
    };
    await expect(signaling.of("/tenant-2").peers("r")).rejects.toThrow("out of reach");
    expect(signaling.metrics()).toMatchObject({ rosterReachable: 0, joins: 2 });
    await signaling.of("/tenant-2").rooms();
    expect(signaling.metrics().rosterReachable).toBe(1);
  });
});
