import { io, type Socket } from "socket.io-client";
import { describe, expectTypeOf, it } from "vitest";
import { z } from "zod";
import {
  PeerManager,
  SignalingError,
  type ManagerState,
  type Peer,
  type PeerState,
  type Publication,
} from "../src/index.js";

const socket = io();
const chat = z.object({ text: z.string() });
const typed = new PeerManager(socket, {
  metadata: { name: "Ada" },
  messages: { chat, hand: z.object({ up: z.boolean() }), count: z.string().transform(Number) },
});

describe("a manager takes", () => {
  it("any Socket.IO client socket, with or without typed events", () => {
    new PeerManager(io());
    const ownEvents = io() as Socket<{ news: (text: string) => void }, { ask: (question: string) => void }>;
    new PeerManager(ownEvents);
    // @ts-expect-error an address is not a socket
    new PeerManager("https://example.org");
  });

  it("only options that there are", () => {
    new PeerManager(socket, {
      trickle: false,
      gatherTimeoutMs: 500,
      dataChannel: false,
      eventPrefix: "call:",
      rtc: { iceTransportPolicy: "relay" },
    });
    // @ts-expect-error there is no such option
    new PeerManager(socket, { trickel: false });
    // @ts-expect-error ICE servers have an option of their own
    new PeerManager(socket, { rtc: { iceServers: [] } });
    // @ts-expect-error a message needs a schema
    new PeerManager(socket, { messages: { chat: "text" } });
  });
});

describe("send", () => {
  it("takes the types in `messages` with their data", () => {
    typed.send("chat", { text: "hello" });
    typed.send("hand", { up: true });
    // What a schema transforms is sent as it goes in.
    typed.send("count", "7");
    // @ts-expect-error no such type
    typed.send("chatt", { text: "hello" });
    // @ts-expect-error the data of another type
    typed.send("chat", { up: true });
    // @ts-expect-error not a string
    typed.send("chat", { text: 7 });
    // @ts-expect-error what the schema makes of it, not what it takes
    typed.send("count", 7);
  });

  it("takes anything where no `messages` were given", () => {
    new PeerManager(socket).send("anything", { at: ["all"] });
  });

  it("of a peer is typed alike", () => {
    typed.on("peerJoined", (peer) => {
      peer.send("chat", { text: "hello" });
      // @ts-expect-error no such type
      peer.send("nothing", {});
    });
  });
});

describe("events", () => {
  it("have the arguments that the documentation names", () => {
    typed.on("state", (state) => {
      expectTypeOf(state).toEqualTypeOf<ManagerState>();
    });
    typed.on("peerJoined", (peer) => {
      expectTypeOf(peer.metadata).toEqualTypeOf<{ name: string } | undefined>();
    });
    typed.on("peerLeft", (peer, reason) => {
      expectTypeOf(peer.id).toEqualTypeOf<string>();
      expectTypeOf(reason).toEqualTypeOf<"left" | "lost" | "kicked" | "replaced" | "expired" | "closed">();
    });
    typed.on("waiting", (room) => {
      expectTypeOf(room).toEqualTypeOf<string>();
    });
    typed.on("peerAttributes", (peer, attributes) => {
      expectTypeOf(peer.attributes).toEqualTypeOf<unknown>();
      expectTypeOf(attributes).toEqualTypeOf<unknown>();
    });
    typed.on("peerState", (_peer, state) => {
      expectTypeOf(state).toEqualTypeOf<PeerState>();
    });
    typed.on("track", ({ track, streams, label }) => {
      expectTypeOf(track).toEqualTypeOf<MediaStreamTrack>();
      expectTypeOf(streams[0]).toEqualTypeOf<MediaStream | undefined>();
      expectTypeOf(label).toEqualTypeOf<string | undefined>();
    });
    typed.on("channel", ({ channel }) => {
      expectTypeOf(channel).toEqualTypeOf<RTCDataChannel>();
    });
    typed.on("error", (error) => {
      expectTypeOf(error).toEqualTypeOf<SignalingError>();
    });
    // @ts-expect-error no such event
    typed.on("peerJoin", () => undefined);
    // @ts-expect-error no such argument
    typed.on("state", (state, before) => [state, before]);
  });

  it("tell the data of a message by its type", () => {
    typed.on("message", (message) => {
      if (message.type === "chat") expectTypeOf(message.data).toEqualTypeOf<{ text: string }>();
      if (message.type === "hand") expectTypeOf(message.data).toEqualTypeOf<{ up: boolean }>();
      if (message.type === "count") expectTypeOf(message.data).toEqualTypeOf<number>();
      // @ts-expect-error no such type
      if (message.type === "other") return;
    });
    typed.on("message", ({ type, data }) => {
      if (type === "chat") expectTypeOf(data.text).toEqualTypeOf<string>();
    });
  });

  it("of a peer are typed alike", () => {
    typed.on("peerJoined", (peer) => {
      peer.on("message", (message) => {
        if (message.type === "hand") expectTypeOf(message.data.up).toEqualTypeOf<boolean>();
      });
      peer.on("presence", (presence) => {
        expectTypeOf(presence).toEqualTypeOf<"online" | "away">();
      });
      // @ts-expect-error an event of the manager
      peer.on("peerJoined", () => undefined);
    });
  });

  it("are waited for with `once`: the argument, or all of them", () => {
    expectTypeOf(typed.once("state")).toEqualTypeOf<Promise<ManagerState>>();
    expectTypeOf(typed.once("state", { signal: new AbortController().signal })).toEqualTypeOf<Promise<ManagerState>>();
    expectTypeOf(typed.once("peerLeft")).resolves.toExtend<readonly [{ id: string }, string]>();
  });
});

describe("everything else", () => {
  it("is typed as the contract says", () => {
    expectTypeOf(typed.peers).toExtend<ReadonlyMap<string, Peer<never, { name: string }> | object>>();
    expectTypeOf(typed.publish(new MediaStream(), { label: "camera" })).toEqualTypeOf<Publication>();
    expectTypeOf(typed.join("room", { token: "t", signal: new AbortController().signal, timeoutMs: 1 })).toEqualTypeOf<
      Promise<void>
    >();
    expectTypeOf(typed.leave()).toEqualTypeOf<Promise<void>>();
    expectTypeOf(typed.send("count", "7")).toEqualTypeOf<number>();
    expectTypeOf(typed.metadata).toEqualTypeOf<{ name: string } | undefined>();
    expectTypeOf(typed.attributes).toEqualTypeOf<unknown>();
    void typed.setMetadata({ name: "Grace" });
    // @ts-expect-error other metadata
    void typed.setMetadata({ nickname: "Grace" });
    expectTypeOf(new SignalingError("TIMEOUT", "late").retryable).toEqualTypeOf<boolean>();
  });
});
