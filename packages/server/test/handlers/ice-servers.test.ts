import { type AuthorizeRequest } from "@sig/server";
import { describe, expect, it } from "vitest";
import { newKey } from "../client.js";
import { deferred } from "../harness.js";
import { MemorySocket, settled, startMemoryService } from "../memory-service.js";
import { eventPrefix, joinAs, notInRoom, prefixed, rejected } from "./members.js";

const iceServers = [{ urls: "stun:stun.example.org" }];
const answer = { ok: true, iceServers };
const internal = { ok: false, code: "INTERNAL", message: "Something went wrong on the server.", retryable: true };

/** A service whose ICE servers arrive when the test lets them; `undefined` stands for a failure. */
function startSlow() {
  const asked: { id: string; room: string; answer: (list: typeof iceServers | undefined) => void }[] = [];
  const service = startMemoryService({
    iceServers: ({ id, room }) =>
      new Promise((resolve, reject) => {
        asked.push({
          id,
          room,
          answer: (list) => (list === undefined ? reject(new Error("no TURN server")) : resolve(list)),
        });
      }),
  });
  service.signaling.on("error", () => undefined);
  return { ...service, asked };
}

describe("iceServers of a member", () => {
  it("are in the ack alone, or in an event if it asked for no ack", async () => {
    const { socket } = await joinAs(startMemoryService({ iceServers }));
    expect(await socket.call("iceServers", { room: "r" })).toEqual(answer);
    expect(socket.received("iceServers")).toEqual([]);
    socket.send("iceServers", { room: "r" });
    expect(socket.received("iceServers")).toEqual([{ iceServers }]);
  });

  it("are an empty ack where none are configured", async () => {
    const { socket } = await joinAs(startMemoryService());
    expect(await socket.call("iceServers", { room: "r" })).toEqual({ ok: true });
    socket.send("iceServers", { room: "r" });
    expect(socket.received("iceServers")).toEqual([]);
  });

  it("are made for its id and its room", async () => {
    const service = startSlow();
    const socket = service.connect();
    const joining = socket.join("r");
    service.asked[0]?.answer(iceServers);
    const reply = await joining;
    expect(reply).toMatchObject({ iceServers });
    const call = socket.call("iceServers", { room: "r" });
    service.asked[1]?.answer(iceServers);
    expect(await call).toEqual(answer);
    const { id } = reply as { id: string };
    expect(service.asked).toMatchObject([
      { id, room: "r" },
      { id, room: "r" },
    ]);
  });

  it("are rejected where the application fails to make them, and where it has left meanwhile", async () => {
    const service = startSlow();
    const socket = service.connect();
    const joining = socket.join("r");
    service.asked[0]?.answer(iceServers);
    await joining;
    const failing = socket.call("iceServers", { room: "r" });
    service.asked[1]?.answer(undefined);
    expect(await failing).toEqual(internal);
    const late = socket.call("iceServers", { room: "r" });
    await socket.call("exit", { room: "r" });
    service.asked[2]?.answer(iceServers);
    expect(await late).toEqual(notInRoom);
  });
});

describe("iceServers of a socket that has not joined", () => {
  it("are in the ack alone, without a room as well", async () => {
    const service = startSlow();
    const socket = service.connect();
    for (const room of [undefined, "r"]) {
      const call = socket.call("iceServers", { room });
      service.asked.at(-1)?.answer(iceServers);
      expect(await call).toEqual(answer);
    }
    expect(service.asked).toMatchObject([
      { id: socket.id, room: "" },
      { id: socket.id, room: "r" },
    ]);
    expect(socket.log).toEqual([]);
    const failing = socket.call("iceServers", {});
    service.asked.at(-1)?.answer(undefined);
    expect(await failing).toEqual(internal);
  });

  it("are rejected without an ack", async () => {
    const asked: string[] = [];
    const { connect } = startMemoryService({
      eventPrefix,
      iceServers,
      authorize: ({ reason }) => !!asked.push(reason),
    });
    const socket = connect();
    socket.send(prefixed("iceServers"), { room: "r" });
    expect(socket.log).toEqual([[prefixed("rejected" as never), expect.objectContaining({ code: "NOT_IN_ROOM" })]]);
    expect(asked).toEqual([]);
  });

  it("are an empty ack where none are configured, once `authorize` has admitted it", async () => {
    const requests: AuthorizeRequest[] = [];
    const { connect } = startMemoryService({ authorize: (request) => requests.push(request) === 1 });
    const socket = connect();
    expect(await socket.call("iceServers", { room: "r" })).toEqual({ ok: true });
    expect(await socket.call("iceServers", { room: "r", token: "t" })).toMatchObject({ code: "UNAUTHORIZED" });
    const question = { room: "r", resumed: false, reason: "preflight", preflight: true, socket };
    expect(requests.map(({ signal: _, ...request }) => request)).toEqual([question, { ...question, token: "t" }]);
    expect(requests[0]).not.toHaveProperty("token");
  });

  it("need a room where `authorize` decides: that of the service or that of the socket", async () => {
    const { signaling, connect } = startMemoryService({ iceServers });
    expect(await connect().call("iceServers", {})).toEqual(answer);
    const guarded = startMemoryService({ iceServers, authorize: () => true }).connect();
    expect(await guarded.call("iceServers", {})).toEqual(notInRoom);
    expect(await guarded.call("iceServers", { room: "r" })).toEqual(answer);
    const own = new MemorySocket();
    signaling.serve(own, { authorize: () => true });
    expect(await own.call("iceServers", {})).toEqual(notInRoom);
    expect(await own.call("iceServers", { room: "r" })).toEqual(answer);
  });

  it("cancel their question if the connection is lost before its answer, not after", async () => {
    const gates = [deferred<boolean>(), deferred<boolean>()];
    const signals: AbortSignal[] = [];
    const { connect } = startMemoryService({
      iceServers,
      authorize: ({ signal }) => gates[signals.push(signal) - 1]!.promise,
    });
    const socket = connect();
    const answered = socket.call("iceServers", { room: "r" });
    gates[0]?.resolve(true);
    expect(await answered).toEqual(answer);
    void socket.call("iceServers", { room: "r" });
    socket.disconnect();
    await settled();
    expect(signals.map(({ aborted }) => aborted)).toEqual([false, true]);
  });
});

describe("while the service closes", () => {
  it("neither a join nor a request for ICE servers is begun: the application is not asked", async () => {
    let asked = 0;
    const { signaling, connect } = startMemoryService({ iceServers, authorize: () => ++asked > 0 });
    const [member, other] = [connect(), connect()];
    await member.join("r");
    const replies: Promise<unknown>[] = [];
    signaling.on("peerLeft", () =>
      replies.push(other.join("r", { key: newKey() }), other.call("iceServers", { room: "r" })),
    );
    await signaling.close();
    const closing = { ...rejected("CLOSING", "The server is closing its signaling."), retryable: true };
    expect(await Promise.all(replies)).toEqual([closing, closing]);
    expect([asked, other.log]).toEqual([1, []]);
  });
});
