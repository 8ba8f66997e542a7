import { randomBytes } from "node:crypto";
import { peerIdFromKey } from "@sig/server";
import { describe, expect, it } from "vitest";
import { newKey } from "../client.js";
import { startServer } from "../harness.js";
import { startMemoryService } from "../memory-service.js";
import { RawClient } from "../raw.js";

/** The probability that a value of the first list is above one of the second; one half if nothing tells them apart. */
function auc(first: readonly number[], second: readonly number[]): number {
  const all = [...first.map((ms) => ({ ms, mine: true })), ...second.map((ms) => ({ ms, mine: false }))];
  all.sort((one, other) => one.ms - other.ms);
  let ranks = 0;
  for (const [index, { mine }] of all.entries()) if (mine) ranks += index + 1;
  return (ranks - (first.length * (first.length + 1)) / 2) / (first.length * second.length);
}

/** Removes what the probe itself has named. */
const shapeOf = (reply: unknown, ...named: string[]): string =>
  named.reduce((text, name) => text.replaceAll(name, "…"), JSON.stringify(reply));

describe("T25: looking for rooms and peers", () => {
  it("T25: 1,000 probes of unknown and of forbidden rooms and peers have one answer, in the same time", async () => {
    const { connect, clock } = startMemoryService({ authorize: ({ token }) => token === "t" });
    const members = Array.from({ length: 4 }, connect);
    for (const [index, member] of members.entries())
      await member.join(`secret ${String(index)}`, { key: newKey(), token: "t" });
    const id = ((await members[0]!.join("secret 0", { key: newKey(), token: "t" })) as unknown as { id: string }).id;
    const attacker = connect();
    await attacker.join("mine", { key: newKey(), token: "t" });

    const unknownId = "x".repeat(id.length);
    const shapes = new Set<string>();
    const times: Record<"known" | "unknown", number[]> = { known: [], unknown: [] };
    for (let probe = 0; probe < 1_000; probe += 1) {
      // Four events each, within the rate.
      clock.advance(1_000);
      const isKnown = Math.random() < 0.5;
      const room = isKnown ? `secret ${String(probe % 4)}` : `absent ${String(probe % 4)}`;
      const to = isKnown ? id : unknownId;
      const start = performance.now();
      const replies = [
        await attacker.call("offer", { room, to, sdp: "v=0" }),
        await attacker.call("offer", { room: "mine", to, sdp: "v=0" }),
        await attacker.call("answer", { room, to, sdp: "v=0" }),
        await attacker.call("exit", { room }),
      ];
      times[isKnown ? "known" : "unknown"].push(performance.now() - start);
      shapes.add(shapeOf(replies, room, to));
    }
    expect(shapes.size, [...shapes].join("\n")).toBe(1);
    expect([...shapes][0]).toContain("NOT_IN_ROOM");
    expect([...shapes][0]).toContain("PEER_NOT_FOUND");
    const likelihood = auc(times.known, times.unknown);
    expect(Math.max(likelihood, 1 - likelihood)).toBeLessThanOrEqual(0.6);
  });

  it("T25: a join of a forbidden room that exists and one that does not get the same answer", async () => {
    const { connect, clock, signaling } = startMemoryService({ authorize: ({ token }) => token === "t" });
    await connect().join("secret", { key: newKey(), token: "t" });
    const attacker = connect();
    const answers = new Set<string>();
    for (const room of ["secret", "absent", "secret", "absent"]) {
      clock.advance(60_000);
      for (const event of ["createAndJoinRoom", "iceServers"] as const)
        answers.add(shapeOf([event, await attacker.call(event, { room, token: "wrong" })], room));
    }
    expect(answers.size, [...answers].join("\n")).toBe(2);
    expect(await signaling.rooms()).toEqual([{ name: "secret", peers: 1 }]);
  });

  it("T25: 100,000 ids of peers are all different, and no bit of them follows the one before", () => {
    const ids = Array.from({ length: 100_000 }, () => peerIdFromKey(randomBytes(16).toString("base64url")));
    expectUnpredictable(ids);
    // Of keys that count, too: an id shows nothing of its key.
    expectUnpredictable(Array.from({ length: 20_000 }, (_, index) => peerIdFromKey(`key-${index}`.padEnd(22, "x"))));
  });

  it("T25: nor are those that the server makes for legacy clients", async () => {
    const { url, connect } = await startServer({ limits: {} }, { allowEIO3: true });
    const ids: string[] = [];
    for (let count = 0; count < 40; count += 1) {
      ids.push((await (await connect()).join("r")).id);
      const raw = await RawClient.connect(url, { EIO: 3 });
      raw.send('42["createAndJoinRoom",{"room":"q"}]');
      const created = await raw.next((frame) => frame.includes('"created"'));
      ids.push((JSON.parse(created.slice(2)) as [string, { id: string }])[1].id);
    }
    expect(new Set(ids).size).toBe(80);
    // Two ids share no more characters at the same place than chance gives.
    for (const [index, id] of ids.entries())
      expect(samePlaces(id, ids[index - 2] ?? ""), `${id} after ${ids[index - 2] ?? ""}`).toBeLessThan(8);
  });
});

function samePlaces(one: string, other: string): number {
  let same = 0;
  for (let index = 0; index < one.length; index += 1) if (one[index] === other[index]) same += 1;
  return same;
}

function expectUnpredictable(ids: readonly string[]): void {
  expect(new Set(ids).size).toBe(ids.length);
  // Two neighbors have 22 characters of 64 kinds: by chance a third of one is the same.
  let same = 0;
  let ascending = 0;
  for (let index = 1; index < ids.length; index += 1) {
    same += samePlaces(ids[index]!, ids[index - 1]!);
    if (ids[index]! > ids[index - 1]!) ascending += 1;
  }
  expect(Math.abs(same / ids.length - 22 / 64)).toBeLessThan(0.02);
  expect(Math.abs(ascending / ids.length - 0.5)).toBeLessThan(0.01);
}
