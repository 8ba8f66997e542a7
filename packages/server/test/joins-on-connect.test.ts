import { rejection } from "@sig/protocol";
import { attachSignaling, peerIdFromKey, type AuthorizeRequest } from "@sig/server";
import { expect, test } from "vitest";
import { newKey, TestClient, transports } from "./client.js";
import { deferred, startIo, startServer, until } from "./harness.js";

const joinsOf = (...joins: object[]): { auth: Record<string, unknown> } => ({ auth: { createAndJoinRoom: joins } });

/** What the application has noted of a socket. */
const userOf = ({ socket }: AuthorizeRequest): unknown => (socket as { data?: { user?: string } }).data?.user;

test.each(transports)(
  "a join in the request to connect is answered before any event of the client: %s",
  async (transport) => {
    const server = await startServer();
    const key = newKey();
    const ada = await server.connect(transport, joinsOf({ room: "r", key, metadata: { name: "Ada" } }));
    expect(await ada.next("created")).toMatchObject({ id: peerIdFromKey(key), room: "r", peers: [] });
    const grace = await server.connect(transport, joinsOf({ room: "r", key: newKey() }));
    const created = await grace.next("created");
    expect(created.peers).toEqual([{ id: peerIdFromKey(key), state: "online", metadata: { name: "Ada" } }]);
    expect(await ada.next("joined")).toEqual({ id: created.id, room: "r" });
  },
);

test("its repetition as an event gets the same answer: nothing happens or is charged twice", async () => {
  let asked = 0;
  const joined: string[] = [];
  const server = await startServer({
    authorize: () => (asked += 1) > 0,
    iceServers: [{ urls: "stun:stun.example.org" }],
    rateLimit: { burst: 3, perSecond: 0.001 },
  });
  server.signaling.on("peerJoined", ({ peer }) => joined.push(peer.id));
  const join = { room: "r", key: newKey(), traceparent: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01" };
  const ada = await server.connect("websocket", joinsOf(join));
  const created = await ada.next("created");
  expect(await ada.call("createAndJoinRoom", { ...join, traceparent: undefined })).toEqual({ ok: true, ...created });
  expect([asked, joined, ada.received("created").length]).toEqual([1, [created.id], 1]);
  // Of three events the join was one, and a second repetition, which is a join of its own, is another.
  expect(await ada.call("createAndJoinRoom", join)).toMatchObject({ ok: true, resumed: true });
  expect(await ada.call("metadata", { room: "r", metadata: 1 })).toEqual({ ok: true });
  expect(await ada.call("metadata", { room: "r", metadata: 2 })).toMatchObject({ code: "RATE_LIMITED" });
});

test("the acknowledgment of its repetition has who is in the room by then", async () => {
  const server = await startServer();
  const join = { room: "r", key: newKey() };
  const ada = await server.connect("websocket", joinsOf(join));
  const { peers } = await ada.next("created");
  const grace = await server.connect();
  const { id } = await grace.join("r", { key: newKey() });
  await ada.next("joined");
  const reply = await ada.call("createAndJoinRoom", join);
  expect([peers, reply]).toEqual([[], expect.objectContaining({ ok: true, peers: [{ id, state: "online" }] })]);
});

test("its repetition waits for the application with it", async () => {
  const verdict = deferred<boolean>();
  let asked = 0;
  const server = await startServer({
    authorize: () => {
      asked += 1;
      return verdict.promise;
    },
  });
  const join = { room: "r", key: newKey() };
  const ada = await server.connect("websocket", joinsOf(join));
  const reply = ada.call("createAndJoinRoom", join);
  expect(await ada.call("exit", { room: "another" })).toMatchObject({ code: "NOT_IN_ROOM" });
  verdict.resolve(true);
  expect(await reply).toMatchObject({ ok: true, id: peerIdFromKey(join.key) });
  expect([asked, ada.received("created").length]).toEqual([1, 1]);
});

test("a rejected one is forgotten: the event is decided by itself, once the socket is prepared", async () => {
  const requests: AuthorizeRequest[] = [];
  const server = await startServer({
    authorize: (request) => {
      requests.push(request);
      return userOf(request) === "ada";
    },
  });
  const prepared: string[] = [];
  server.io.on("connection", async (socket) => {
    await new Promise((resolve) => setTimeout(resolve, 20));
    Object.assign(socket.data as object, { user: "ada" });
    prepared.push(socket.id);
  });
  const join = { room: "r", key: newKey() };
  const ada = await server.connect("websocket", joinsOf(join));
  await until("the application has prepared the socket", () => prepared.length === 1);
  expect(requests).toHaveLength(1);
  expect(await ada.call("createAndJoinRoom", join)).toMatchObject({ ok: true, peers: [] });
  expect(requests).toHaveLength(2);
  expect(ada.received()).toHaveLength(1);
});

test("it is asked after the application's own listeners for the new socket, those added later included", async () => {
  const server = await startServer({
    authorize: (request) => userOf(request) === "ada",
  });
  server.io.on("connection", (socket) => Object.assign(socket.data as object, { user: "ada" }));
  const ada = await server.connect("websocket", joinsOf({ room: "r", key: newKey() }));
  expect(await ada.next("created")).toMatchObject({ room: "r" });
});

test("no key stays in the handshake: not for listeners for new sockets, and not for other nodes", async () => {
  const { io, url } = await startIo();
  const seen: unknown[] = [];
  const signaling = attachSignaling(io);
  io.on("connection", (socket) => seen.push({ ...socket.handshake.auth }));
  const auth = { token: "the application's", createAndJoinRoom: [{ room: "r", key: newKey() }] };
  const client = await TestClient.connect(url, "websocket", { auth });
  await client.next("created");
  expect(seen).toEqual([{ token: "the application's" }]);
  const [remote] = await io.fetchSockets();
  expect(remote?.handshake.auth).toEqual({ token: "the application's" });
  client.close();
  await signaling.close();
});

test("several rooms travel together, as many as a socket may be in", async () => {
  const server = await startServer({ maxRoomsPerSocket: 2 });
  const joins = ["a", "b", "c"].map((room) => ({ room, key: newKey() }));
  const ada = await server.connect("websocket", joinsOf(...joins));
  await ada.next("created", ({ room }) => room === "b");
  expect(await ada.call("createAndJoinRoom", joins[2])).toMatchObject({ code: "ROOM_LIMIT" });
  expect(ada.received("created").map(([, payload]) => (payload as { room: string }).room)).toEqual(["a", "b"]);
});

test("with a prefix its name has the prefix, and a name without it is the application's", async () => {
  const server = await startServer({ eventPrefix: "call:" });
  const seen: unknown[] = [];
  server.io.on("connection", (socket) => seen.push(socket.handshake.auth));
  const auth = { createAndJoinRoom: "the application's", "call:createAndJoinRoom": [{ room: "r", key: newKey() }] };
  const ada = await server.connect("websocket", { auth });
  expect(await ada.next("call:created" as "created")).toMatchObject({ room: "r" });
  expect(seen).toEqual([{ createAndJoinRoom: "the application's" }]);
});

test("the children of a parent namespace read it as well", async () => {
  const { io, url } = await startIo();
  const signaling = attachSignaling(io.of(/^\/tenant-\d$/));
  const client = await TestClient.connect(`${url}/tenant-1`, "websocket", joinsOf({ room: "r", key: newKey() }));
  expect(await client.next("created")).toMatchObject({ room: "r" });
  client.close();
  await signaling.close();
});

test("an invalid join is dropped without an answer, and the event is answered as ever", async () => {
  const server = await startServer();
  const bad = [null, 1, "x", {}, [], { room: 7 }, { room: "r", key: "short" }, { room: "r".repeat(129) }];
  for (const joins of [bad, "text", { length: 1 }, null, 0, [{ room: "r", metadata: "x".repeat(20_000) }]]) {
    const client = await server.connect("websocket", { auth: { createAndJoinRoom: joins } });
    expect(await client.call("createAndJoinRoom", { room: "" })).toMatchObject({ code: "BAD_PAYLOAD" });
    expect(await client.call("createAndJoinRoom", { room: "q", key: newKey() })).toMatchObject({ ok: true });
    expect(client.received().map(([event]) => event)).toEqual(["created"]);
  }
});

test("another join of the same room does not repeat it: the newer key has the membership", async () => {
  const server = await startServer();
  const ada = await server.connect("websocket", joinsOf({ room: "r", key: newKey() }));
  await ada.next("created");
  const key = newKey();
  expect(await ada.call("createAndJoinRoom", { room: "r", key })).toMatchObject({ id: peerIdFromKey(key), peers: [] });
  expect(await server.signaling.peers("r")).toHaveLength(1);
});

test("after an exit its repetition is a new join", async () => {
  const server = await startServer();
  const join = { room: "r", key: newKey() };
  const ada = await server.connect("websocket", joinsOf(join));
  await ada.next("created");
  expect(await ada.call("exit", { room: "r" })).toEqual({ ok: true });
  expect(await ada.call("createAndJoinRoom", join)).toMatchObject({ ok: true, peers: [] });
  expect(await server.signaling.peers("r")).toHaveLength(1);
});

test("a socket that was connected before the service is not joined by what it connected with", async () => {
  const { io, url } = await startIo();
  const join = { room: "r", key: newKey() };
  const client = await TestClient.connect(url, "websocket", joinsOf(join));
  const signaling = attachSignaling(io);
  expect(await signaling.peers("r")).toEqual([]);
  expect((await io.fetchSockets())[0]?.handshake.auth).toEqual({});
  expect(await client.call("createAndJoinRoom", join)).toMatchObject({ ok: true });
  client.close();
  await signaling.close();
});

test("a membership returns with the request to connect", async () => {
  const server = await startServer();
  const join = { room: "r", key: newKey() };
  const grace = await server.connect("websocket", joinsOf({ room: "r", key: newKey() }));
  const ada = await server.connect("websocket", joinsOf(join));
  await ada.next("created");
  ada.close();
  await grace.next("presence", ({ state }) => state === "away");
  const again = await server.connect("websocket", joinsOf(join));
  expect(await again.next("created")).toMatchObject({ resumed: true, id: peerIdFromKey(join.key) });
  expect(await grace.next("presence")).toMatchObject({ state: "online" });
});

test("a draining node rejects it, and its repetition", async () => {
  const server = await startServer();
  const drained = server.signaling.drain({ withinMs: 1000 });
  const join = { room: "r", key: newKey() };
  const ada = await server.connect("websocket", joinsOf(join));
  expect(await ada.call("createAndJoinRoom", join)).toMatchObject(rejection("CLOSING", expect.any(String) as never));
  expect(ada.received("created")).toEqual([]);
  await server.signaling.close();
  await drained;
});
