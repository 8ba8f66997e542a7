import { relayParser } from "@sig/server/parser";
import { describe, expect, test } from "vitest";
import { newKey, transports, type TestClient } from "./client.js";
import { offerOf, startGateway } from "./device/gateway.js";
import { startServer, type TestServer } from "./harness.js";
import { startMemoryService } from "./memory-service.js";
import { SharedStore } from "./shared-store.js";
import { join as joinNode, settle } from "./two-nodes.js";

const features = ["bundles"];
const candidate = (port: number) => ({
  sdpMid: "0",
  sdpMLineIndex: 0,
  sdp: `candidate:1 1 udp 1 192.0.2.1 ${port}`,
});
const part = (seq: number): object => ({
  candidate: candidate(seq),
  offerId: "o",
  link: { epoch: "1.a", seq, ack: 0 },
});
const parts = [part(2), part(3), part(4)];
const [first, ...more] = parts;

/** Joins and resolves with the client, its id, and a function that sends candidates to a peer. */
async function member(server: TestServer, fields: object = { key: newKey(), features }) {
  const client = await server.connect();
  const { id } = await client.join("r", { ...fields });
  const send = (to: { id: string }, payload: object = { ...first, more }) =>
    client.call("candidate", { to: to.id, room: "r", ...payload });
  return { client, id, send };
}

const candidatesAt = async (client: TestClient): Promise<unknown[]> => {
  await client.roundTrip();
  return client.received("candidate").map(([, payload]) => payload);
};

describe("candidates in a bundle", () => {
  test.each([
    ["the usual parser", {}],
    ["the parser of `@sig/server/parser`", { parser: relayParser }],
  ])("stay together for a peer that can read it, with %s", async (_, options) => {
    const server = await startServer({}, options);
    const [ada, bob] = [await member(server), await member(server)];
    expect(await ada.send(bob)).toEqual({ ok: true });
    ada.client.emit("candidate", { to: bob.id, room: "r", ...first, more });
    await ada.client.roundTrip();
    const whole = { from: ada.id, to: bob.id, room: "r", ...first, more };
    expect(await candidatesAt(bob.client)).toEqual([whole, whole]);
  });

  test.each([
    ["the usual parser", {}],
    ["the parser of `@sig/server/parser`", { parser: relayParser }],
  ])("arrive one by one, as if they had been sent so, at a peer that cannot read it, with %s", async (_, options) => {
    const server = await startServer({}, options);
    const ada = await member(server);
    const [bob, legacy] = [await member(server, { key: newKey(), features: ["mute"] }), await member(server, {})];
    ada.client.emit("candidate", { to: bob.id, room: "r", ...first, more });
    await ada.client.roundTrip();
    expect(await candidatesAt(bob.client)).toEqual(
      parts.map((each) => ({ from: ada.id, to: bob.id, room: "r", ...each })),
    );
    await ada.send(legacy);
    expect(await candidatesAt(legacy.client)).toEqual(
      [2, 3, 4].map((port) => ({ from: ada.id, to: legacy.id, room: "r", candidate: candidate(port) })),
    );
  });

  test("have what belongs to each and nothing of another", async () => {
    const server = await startServer();
    const [ada, bob] = [await member(server), await member(server, { key: newKey() })];
    const bundle = { candidate: candidate(1), more: [part(2), { candidate: candidate(3) }] };
    await ada.send(bob, bundle);
    const address = { from: ada.id, to: bob.id, room: "r" };
    const apart = [{ candidate: candidate(1) }, part(2), { candidate: candidate(3) }];
    expect(await candidatesAt(bob.client)).toEqual(apart.map((each) => ({ ...address, ...each })));
  });

  test("arrive one by one at a device", async () => {
    const { device, viewer } = await startGateway();
    const { device: camera, id: to } = await device("porch");
    const { page } = await viewer("porch", { key: newKey(), features });
    await page.call("offer", { to, room: "porch", sdp: offerOf(), offerId: "o" });
    await page.call("candidate", { to, room: "porch", ...first, more });
    expect((await camera.next()).type).toBe("offer");
    for (const port of [2, 3, 4]) expect((await camera.next()).candidate).toBe(candidate(port).sdp);
  });

  test("are counted one by one: by the metrics, by the application, and by the rate limit", async () => {
    const server = await startServer({ rateLimit: { burst: 5, burstPerPeer: 0, perSecond: 0.001 } });
    const relayed: unknown[] = [];
    server.signaling.on("relayed", (each) => relayed.push(each));
    const [ada, bob] = [await member(server), await member(server)];
    await ada.send(bob);
    expect(relayed).toEqual(Array.from(parts, () => ({ room: "r", from: ada.id, to: bob.id, event: "candidate" })));
    expect(server.signaling.metrics()["relayed.candidate"]).toBe(3);
    // A join and three candidates: one more fits, and the others of its bundle are owed.
    expect(await ada.send(bob)).toEqual({ ok: true });
    expect(await ada.send(bob, { candidate: candidate(1) })).toMatchObject({ code: "RATE_LIMITED", retryable: true });
    expect(await candidatesAt(bob.client)).toHaveLength(2);
  });

  test.each(transports)("are rejected as a whole, and the message says which one is invalid: %s", async (transport) => {
    const server = await startServer();
    const bob = await member(server);
    const client = await server.connect(transport);
    await client.join("r", { key: newKey(), features });
    const send = (last: unknown, count = 1) =>
      client.call("candidate", {
        to: bob.id,
        room: "r",
        ...first,
        more: [...Array<object>(count).fill(part(1)), last],
      });
    const tooLong = { candidate: { sdp: "x".repeat(4097) } };
    expect(await send(tooLong)).toMatchObject({
      code: "TOO_LARGE",
      message: expect.stringContaining('"more.1.candidate.sdp"') as string,
    });
    expect(await send(5)).toMatchObject({
      code: "BAD_PAYLOAD",
      message: expect.stringContaining('"more.1"') as string,
    });
    expect(await send(part(1), 31)).toMatchObject({
      code: "BAD_PAYLOAD",
      message: '"more" is invalid: expected an array of at most 31 items.',
    });
    expect(await send(part(1), 30)).toEqual({ ok: true });
    expect(await candidatesAt(bob.client)).toHaveLength(1);
  });

  test.each([
    ["in one message if it can read it", "there.bundles", ["bundles"], [{ ...first, more }]],
    ["one by one if it cannot", "there.bundles", undefined, parts],
    ["one by one if the node is of an earlier version", "there", ["bundles"], parts],
  ])("reach a peer on another node %s", async (_, name, read, expected) => {
    const store = new SharedStore();
    const [here, there] = ["here", name].map((node) => startMemoryService({ roster: store.node(node) }));
    const [ada, bob] = [here!.connect(), there!.connect()];
    const { id: to } = await joinNode(bob, { key: newKey(), ...(read && { features: read }) });
    const { id: from } = await joinNode(ada, { key: newKey(), features });
    ada.send("candidate", { to, room: "r", ...first, more });
    await settle();
    expect(bob.received("candidate")).toEqual(expected.map((each) => ({ from, to, room: "r", ...each })));
  });
});
