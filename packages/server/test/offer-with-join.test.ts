import { defaultLimits } from "@sig/protocol";
import { peerIdFromKey } from "@sig/server";
import { describe, expect, test } from "vitest";
import { newKey, transports, type TestClient } from "./client.js";
import { deferred, startServer, type TestServer } from "./harness.js";
import { join as joinNode, settle, startNodes } from "./two-nodes.js";

const features = ["offer-with-join"];
const link = { epoch: "1.a", seq: 1, ack: 0 };
const offer = { sdp: "v=0\r\n", offerId: "o-1", tracks: { "0": { stream: "s" } }, link };

/** A member that can read an offer with a join. */
async function member(server: TestServer, fields: object = {}) {
  const client = await server.connect();
  const created = await client.join("r", { key: newKey(), features, ...fields });
  return { client, created, id: created.id };
}

/** Joins with an offer. */
const newcomer = (server: TestServer, fields: object = {}) => member(server, { offer, ...fields });

const offersTo = (...clients: TestClient[]): number[] => clients.map((client) => client.received("offer").length);

describe("an offer with a join", () => {
  test.each(transports)("reaches one peer, right after that learns of the newcomer: %s", async (transport) => {
    const server = await startServer();
    const [bob, cleo] = [await member(server), await member(server)];
    await bob.client.roundTrip();
    bob.client.clearLog();
    const relayed: unknown[] = [];
    server.signaling.on("relayed", (each) => relayed.push(each));
    const dan = await server.connect(transport);
    const key = newKey();
    const id = peerIdFromKey(key);
    const created = await dan.join("r", { key, features, offer });
    expect(created.offeredTo).toBe(bob.id);
    await Promise.all([bob.client.roundTrip(), cleo.client.roundTrip()]);
    expect(bob.client.received()).toEqual([
      ["joined", { id, room: "r", features }],
      ["offer", { from: id, to: bob.id, room: "r", ...offer }],
    ]);
    expect(offersTo(cleo.client, dan)).toEqual([0, 0]);
    expect(relayed).toEqual([{ room: "r", from: id, to: bob.id, event: "offer" }]);
    expect(server.signaling.metrics()["relayed.offer"]).toBe(1);
  });

  test("reaches nobody where nobody is online who can read it", async () => {
    const server = await startServer();
    const first = await newcomer(server);
    expect(first.created).not.toHaveProperty("offeredTo");
    const legacy = await server.connect();
    await legacy.join("r");
    const other = await member(server, { features: ["mute"] });
    first.client.socket.disconnect();
    await other.client.next("presence", ({ state }) => state === "away");
    const { created } = await newcomer(server);
    expect(created.peers.find(({ id }) => id === first.id)?.state).toBe("away");
    expect(created).not.toHaveProperty("offeredTo");
    await Promise.all([legacy.roundTrip(), other.client.roundTrip()]);
    expect(offersTo(legacy, other.client)).toEqual([0, 0]);
  });

  test("passes by a peer whose stack may need an offer of another form", async () => {
    const server = await startServer();
    const limited = await member(server, { capabilities: { trickle: false } });
    expect((await newcomer(server)).created).not.toHaveProperty("offeredTo");
    await limited.client.roundTrip();
    expect(offersTo(limited.client)).toEqual([0]);
  });

  test("is dropped if its sender has not named the feature, or is a legacy client", async () => {
    const server = await startServer();
    const bob = await member(server);
    const created = [
      (await newcomer(server, { features: ["mute"] })).created,
      await (await server.connect()).join("r", { features, offer }),
    ];
    for (const each of created) expect(each).not.toHaveProperty("offeredTo");
    await bob.client.roundTrip();
    expect(offersTo(bob.client)).toEqual([0]);
  });

  test("is sent for a membership that begins, not for one that is repeated, resumed or taken over", async () => {
    const server = await startServer();
    const bob = await member(server);
    const key = newKey();
    const ada = await newcomer(server, { key });
    expect(ada.created.offeredTo).toBe(bob.id);
    const repeated = await ada.client.call("createAndJoinRoom", { room: "r", key, features, offer });
    const takenOver = await newcomer(server, { key });
    takenOver.client.socket.disconnect();
    await bob.client.next("presence", ({ state }) => state === "away");
    const resumed = await newcomer(server, { key });
    for (const each of [repeated, takenOver.created, resumed.created]) {
      expect(each).toMatchObject({ resumed: true });
      expect(each).not.toHaveProperty("offeredTo");
    }
    await bob.client.roundTrip();
    expect(offersTo(bob.client)).toEqual([1]);
  });

  test("may come with the request to connect, and its repetition leaves it out", async () => {
    const server = await startServer();
    const bob = await member(server);
    const payload = { room: "r", key: newKey(), features };
    const ada = await server.connect("websocket", { auth: { createAndJoinRoom: [{ ...payload, offer }] } });
    const created = await ada.next("created");
    expect(created.offeredTo).toBe(bob.id);
    const reply = await ada.call("createAndJoinRoom", payload);
    expect(reply).toEqual({ ok: true, ...created });
    await bob.client.roundTrip();
    expect([offersTo(bob.client), ada.received("created").length]).toEqual([[1], 1]);
  });

  test("costs one event more, and is dropped where that is spent", async () => {
    const server = await startServer({ rateLimit: { burst: 2, perSecond: 0.001 } });
    const bob = await member(server);
    const ada = await newcomer(server);
    expect(ada.created.offeredTo).toBe(bob.id);
    expect(await ada.client.call("metadata", { room: "r", metadata: 1 })).toMatchObject({ code: "RATE_LIMITED" });
    const cleo = await server.connect();
    expect(await cleo.call("exit", { room: "elsewhere" })).toMatchObject({ code: "NOT_IN_ROOM" });
    expect(await cleo.join("r", { key: newKey(), features, offer })).not.toHaveProperty("offeredTo");
    await bob.client.roundTrip();
    expect(offersTo(bob.client)).toEqual([1]);
  });

  test.each([
    ["no SDP", { offerId: "o-1" }, "BAD_PAYLOAD"],
    ["a link of another form", { ...offer, link: { epoch: 1 } }, "BAD_PAYLOAD"],
    ["too long an SDP", { sdp: "v".repeat(defaultLimits.sdp + 1) }, "TOO_LARGE"],
  ])("is rejected with its join if it has %s", async (_, invalid, code) => {
    const server = await startServer();
    const bob = await member(server);
    const ada = await server.connect();
    const payload = { room: "r", key: newKey(), features, offer: invalid };
    expect(await ada.call("createAndJoinRoom", payload)).toMatchObject({ ok: false, code });
    await bob.client.roundTrip();
    expect(bob.client.received("joined", "offer")).toEqual([]);
  });

  test("goes to somebody who is there when the application has decided", async () => {
    const verdict = deferred<boolean>();
    const server = await startServer({ authorize: ({ token }) => (token === "wait" ? verdict.promise : true) });
    const [bob, cleo] = [await member(server), await member(server)];
    const joining = newcomer(server, { token: "wait" });
    await bob.client.call("exit", { room: "r" });
    verdict.resolve(true);
    expect((await joining).created.offeredTo).toBe(cleo.id);
    await Promise.all([bob.client.roundTrip(), cleo.client.roundTrip()]);
    expect(offersTo(bob.client, cleo.client)).toEqual([0, 1]);
  });

  test("reaches a peer on another node", async () => {
    const { one, two } = startNodes();
    const [bob, ada] = [one.connect(), two.connect()];
    const { id } = await joinNode(bob, { key: newKey(), features });
    const reply = await joinNode(ada, { key: newKey(), features, offer });
    await settle();
    expect(reply.offeredTo).toBe(id);
    const received = bob.log.filter(([event]) => event === "joined" || event === "offer");
    expect(received).toEqual([
      ["joined", expect.objectContaining({ id: reply.id })],
      ["offer", { from: reply.id, to: id, room: "r", ...offer }],
    ]);
  });
});
