import type { Namespace, Server, Socket as ServerSocket } from "socket.io";
import type { Socket as ClientSocket } from "socket.io-client";
import { assertType, describe, expectTypeOf, it } from "vitest";
import type {
  TrackAnnouncements,
  AckFields,
  Candidate,
  ClientEventName,
  ClientInput,
  ClientPayload,
  ClientToServerEvents,
  ErrorCode,
  ExitReason,
  Rejection,
  Reply,
  RosterPeer,
  ServerEventName,
  ServerInput,
  ServerPayload,
  ServerToClientEvents,
} from "../src/index.js";
import { createClientEvents, defaultLimits, parse, rejection } from "../src/index.js";

declare const client: ClientSocket<ServerToClientEvents, ClientToServerEvents>;
declare const server: Server<ClientToServerEvents, ServerToClientEvents>;
declare const namespace: Namespace<ClientToServerEvents, ServerToClientEvents>;
declare const socket: ServerSocket<ClientToServerEvents, ServerToClientEvents>;

describe("the event maps", () => {
  it("name every event of the wire", () => {
    expectTypeOf<ClientEventName>().toEqualTypeOf<
      | "createAndJoinRoom"
      | "offer"
      | "answer"
      | "candidate"
      | "exit"
      | "leaving"
      | "message"
      | "metadata"
      | "iceServers"
    >();
    expectTypeOf<ServerEventName>().toEqualTypeOf<
      | "created"
      | "waiting"
      | "drain"
      | "joined"
      | "offer"
      | "answer"
      | "candidate"
      | "exit"
      | "presence"
      | "metadata"
      | "attributes"
      | "notices"
      | "message"
      | "iceServers"
      | "rejected"
    >();
    expectTypeOf<keyof ClientToServerEvents>().toEqualTypeOf<ClientEventName>();
    expectTypeOf<keyof ServerToClientEvents>().toEqualTypeOf<ServerEventName>();
    expectTypeOf<keyof AckFields>().toEqualTypeOf<ClientEventName>();
  });

  it("fit the sockets of socket.io-client", () => {
    client.emit("createAndJoinRoom", { room: "standup" });
    client.emit("createAndJoinRoom", { room: "standup", metadata: { name: "Ada" } }, (reply) => {
      expectTypeOf(reply).toEqualTypeOf<Reply<"createAndJoinRoom">>();
    });
    client.emit("offer", { to: "x", room: "r", sdp: { type: "offer", sdp: "v=0" } });
    client.emit("offer", { from: "me", to: "x", room: "r", sdp: "v=0" });
    // @ts-expect-error a room is a string
    client.emit("createAndJoinRoom", { room: 5 });
    // @ts-expect-error only a server sends this event
    client.emit("created", { id: "x", room: "r", peers: [] });
    // @ts-expect-error an answer is not an offer
    client.emit("offer", { to: "x", room: "r", sdp: { type: "answer", sdp: "v=0" } });
    // @ts-expect-error an unknown field
    client.emit("exit", { room: "r", reason: "left" });
    client.on("exit", (payload) => expectTypeOf(payload).toEqualTypeOf<ServerInput<"exit">>());
    // @ts-expect-error no such event
    client.on("presents", () => undefined);
  });

  it("fit the servers, namespaces and sockets of socket.io", () => {
    server.on("connection", (connected) => {
      connected.on("candidate", (payload, ack) => {
        expectTypeOf(payload).toEqualTypeOf<ClientInput<"candidate">>();
        ack?.({ ok: true });
        ack?.(rejection("PEER_NOT_FOUND", "No such peer."));
      });
    });
    namespace.emit("presence", { id: "x", room: "r", state: "away" });
    socket.emit("rejected", { event: "offer", code: "TOO_LARGE", message: "Too long.", retryable: false });
    // @ts-expect-error no such state
    socket.emit("presence", { id: "x", room: "r", state: "gone" });
    // @ts-expect-error no such code
    socket.emit("rejected", { event: "offer", code: "TEAPOT", message: "", retryable: false });
  });
});

describe("payloads", () => {
  it("are written in either dialect and read in one", () => {
    expectTypeOf<ClientInput<"exit">["room"]>().toEqualTypeOf<string>();
    expectTypeOf<ClientPayload<"offer">["sdp"]>().toEqualTypeOf<string>();
    expectTypeOf<ClientInput<"answer">["sdp"]>().toEqualTypeOf<string | { type?: "answer" | undefined; sdp: string }>();
    expectTypeOf<ClientPayload<"candidate">["candidate"]>().toEqualTypeOf<Candidate>();
    expectTypeOf<NonNullable<ClientPayload<"candidate">["more"]>[number]["candidate"]>().toEqualTypeOf<Candidate>();
    assertType<ClientInput<"candidate">>({
      to: "x",
      room: "r",
      candidate: { candidate: "candidate:1", sdpMLineIndex: 0, sdpMid: "0" },
    });
    assertType<ClientInput<"candidate">>({
      to: "x",
      room: "r",
      candidate: { sdp: "candidate:1", sdpMLineIndex: "0", sdpMid: "0" },
    });
  });

  it("leave the application's values unknown", () => {
    expectTypeOf<ServerPayload<"message">["data"]>().toBeUnknown();
    expectTypeOf<ServerPayload<"metadata">["metadata"]>().toBeUnknown();
    expectTypeOf<RosterPeer["metadata"]>().toBeUnknown();
  });

  it("take `from` only from the server", () => {
    expectTypeOf<ClientPayload<"offer">>().not.toHaveProperty("from");
    expectTypeOf<ServerPayload<"offer">["from"]>().toEqualTypeOf<string>();
  });

  it("include the reasons of an exit and the tracks of media sections", () => {
    expectTypeOf<ExitReason>().toEqualTypeOf<"left" | "lost" | "kicked" | "replaced" | "expired" | "closed">();
    expectTypeOf<ServerPayload<"offer">["tracks"]>().toEqualTypeOf<TrackAnnouncements | undefined>();
  });
});

describe("results", () => {
  it("are discriminated by `ok`", () => {
    const result = parse(createClientEvents(defaultLimits).exit, undefined);
    if (result.ok) expectTypeOf(result.value).toEqualTypeOf<ClientPayload<"exit">>();
    else expectTypeOf(result).toEqualTypeOf<Rejection>();
    expectTypeOf<Rejection["code"]>().toEqualTypeOf<ErrorCode>();
    // @ts-expect-error no such code
    rejection("TEAPOT", "");
  });

  it("of a join have the fields of `created`", () => {
    type Joined = Extract<Reply<"createAndJoinRoom">, { ok: true }>;
    expectTypeOf<Joined>().toExtend<ServerInput<"created">>();
  });
});
