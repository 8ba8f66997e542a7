import { type ServerPayload } from "@sig/protocol";
import { describe, expect, it } from "vitest";
import { newKey } from "./client.js";
import { startMemoryService, type MemorySocket } from "./memory-service.js";

type Notice = ServerPayload<"notices">["notices"][number];

/** Longer than notices are gathered. */
const laterMs = 100;

/** A room of this many members with a key, which understand gathered notices unless `features` says otherwise. */
async function roomOf(size: number, features: readonly string[] | undefined = ["notices"]) {
  const service = startMemoryService({ maxPeersPerRoom: 500, rateLimit: false });
  const join = async (fields: Record<string, unknown> = { features }) => {
    const socket = service.connect();
    const reply = await socket.join("r", { key: newKey(), ...fields });
    return { socket, id: reply.ok ? reply.id : "" };
  };
  const witness = await join();
  const others = await Promise.all(Array.from({ length: size - 1 }, () => join()));
  service.clock.advance(laterMs);
  witness.socket.log.length = 0;
  return { ...service, join, witness, others };
}

/** What a socket was notified of, gathered or not, in order. */
const noticesOf = ({ log }: MemorySocket): [event: string, payload: unknown][] =>
  log.flatMap(([event, payload]) =>
    event === "notices"
      ? (payload as { notices: Notice[] }).notices.map((notice): [string, unknown] => [notice.event, notice.payload])
      : [[event, payload]],
  );

describe("notices in a large room", () => {
  it("the first is sent at once, and those that follow it come together and in order", async () => {
    const { clock, join, witness } = await roomOf(16);
    const first = await join();
    expect(witness.socket.log.map(([event]) => event)).toEqual(["joined"]);
    const [second, third] = [await join(), await join()];
    third.socket.send("exit", { room: "r" });
    expect(witness.socket.log).toHaveLength(1);
    clock.advance(laterMs);
    expect(witness.socket.log.map(([event]) => event)).toEqual(["joined", "notices"]);
    expect(noticesOf(witness.socket)).toEqual([
      ...[first, second, third].map(({ id }) => ["joined", { id, room: "r", features: ["notices"] }]),
      ["exit", { from: third.id, room: "r", reason: "left" }],
    ]);
  });

  it("what a peer sends comes behind the notice that it has joined", async () => {
    const { join, witness } = await roomOf(16);
    const [, second] = [await join(), await join()];
    second.socket.send("offer", { to: witness.id, room: "r", sdp: "v=0" });
    expect(noticesOf(witness.socket).map(([event]) => event)).toEqual(["joined", "joined", "offer"]);
  });

  it("what the client asks for is answered behind the notices from before", async () => {
    const { join, witness } = await roomOf(16);
    await join();
    await join();
    const order: string[] = [];
    witness.socket.send("exit", { room: "r" }, () => order.push(...witness.socket.log.map(([event]) => event), "ack"));
    expect(order).toEqual(["joined", "joined", "ack"]);
  });

  it("changes of metadata, absence and return are gathered, too", async () => {
    const { clock, witness, others, connect } = await roomOf(16);
    const [first, second] = others;
    first?.socket.send("metadata", { room: "r", metadata: 1 });
    first?.socket.send("metadata", { room: "r", metadata: 2 });
    second?.socket.disconnect();
    clock.advance(laterMs);
    expect(witness.socket.log.map(([event]) => event)).toEqual(["metadata", "notices"]);
    expect(noticesOf(witness.socket)).toEqual([
      ["metadata", { id: first?.id, room: "r", metadata: 1 }],
      ["metadata", { id: first?.id, room: "r", metadata: 2 }],
      ["presence", { id: second?.id, room: "r", state: "away" }],
    ]);
    expect(connect().log).toEqual([]);
  });

  it.each([
    ["a client that has not named the feature", { features: ["mute"] }],
    ["a client of version 1", {}],
  ])("%s receives each by itself, at once", async (_, fields) => {
    const { join } = await roomOf(16);
    const older = await join(fields);
    older.socket.log.length = 0;
    for (let count = 0; count < 3; count += 1) await join();
    expect(older.socket.log.map(([event]) => event)).toEqual(["joined", "joined", "joined"]);
  });

  it("a legacy client receives each by itself, at once", async () => {
    const { join } = await roomOf(16);
    const legacy = await join({ key: undefined });
    legacy.socket.log.length = 0;
    for (let count = 0; count < 3; count += 1) await join();
    expect(legacy.socket.log.map(([event]) => event)).toEqual(["joined", "joined", "joined"]);
  });

  it("the server names the feature", async () => {
    const { connect } = startMemoryService();
    expect(await connect().join("r")).toMatchObject({ features: expect.arrayContaining(["notices"]) as string[] });
  });

  it("everybody in a room of 200 who joined at once knows everybody else", async () => {
    const { clock, others } = await roomOf(200);
    clock.advance(laterMs);
    for (const [index, { socket }] of others.entries()) {
      const known =
        socket.received("created")[0]!.peers.length + noticesOf(socket).filter(([e]) => e === "joined").length;
      expect(known, String(index)).toBe(199);
    }
  });
});

it("notices in a room of fewer than 16 are never gathered", async () => {
  const { clock, join, witness } = await roomOf(12);
  for (let count = 0; count < 3; count += 1) await join();
  clock.advance(laterMs);
  expect(witness.socket.log.map(([event]) => event)).toEqual(["joined", "joined", "joined"]);
});
