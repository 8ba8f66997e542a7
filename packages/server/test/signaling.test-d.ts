import {
  allowOrigins,
  attachSignaling,
  grant,
  limitConnections,
  MemoryRoster,
  peerIdFromKey,
  recommendedHttpOptions,
  recommendedServerOptions,
  type ConnectionLimit,
  type CutOffReason,
  type Grant,
  type Json,
  type Namespace as SignalingNamespace,
  type PeerInfo,
  type RejectedEvent,
  type Roster,
  type RosterEntry,
  type Server as SignalingServer,
  type Signaling,
  type SignalingFault,
  type SignalingOptions,
  type Socket as SignalingSocket,
} from "@sig/server";
import { attachDeviceGateway } from "@sig/server/device";
import { createServer, type IncomingMessage } from "node:http";
import { Server, type DefaultEventsMap, type ServerOptions, type Socket } from "socket.io";
import { describe, expectTypeOf, it } from "vitest";
import { z } from "zod";
import { FormerRoster, type FormerEntry } from "./former-roster.js";

interface FromClient {
  hello: (count: number) => void;
  offer: (something: { entirely: "else" }) => void;
  "with-ack": (payload: string, ack: (answer: number) => void) => void;
}
interface FromServer {
  hi: (count: number, ack: (answer: string) => void) => void;
}
interface Data {
  user: string;
}

describe("attachSignaling", () => {
  it("accepts every Socket.IO server and namespace as it is", () => {
    expectTypeOf(attachSignaling(new Server())).toEqualTypeOf<Signaling>();
    attachSignaling(new Server<FromClient, FromServer>());
    attachSignaling(new Server<FromClient, FromServer, DefaultEventsMap, Data>());
    // eslint-disable-next-line @typescript-eslint/no-empty-object-type -- a server that declares no events at all
    attachSignaling(new Server<{}, {}>());
    attachSignaling(new Server().of("/calls"));
    attachSignaling(new Server<FromClient, FromServer, DefaultEventsMap, Data>().of("/calls"));
    // Assigned, because `toExtend` looks at every member one by one, and those of a class are many.
    const namespace: SignalingNamespace = new Server<FromClient, FromServer>().of("/calls");
    const server: SignalingServer = new Server<FromClient, FromServer, DefaultEventsMap, Data>();
    expectTypeOf(attachSignaling).toBeCallableWith(namespace);
    expectTypeOf(attachSignaling).toBeCallableWith(server);
  });

  it("gives the application its own sockets", () => {
    const io = new Server<FromClient, FromServer, DefaultEventsMap, Data>();
    attachSignaling(io, {
      authorize: ({ socket, room, token, metadata, resumed, peerId, reason, signal }) => {
        expectTypeOf(peerId).toEqualTypeOf<string | undefined>();
        expectTypeOf(reason).toEqualTypeOf<"join" | "return" | "renewal" | "preflight">();
        expectTypeOf(signal).toEqualTypeOf<AbortSignal>();
        expectTypeOf(socket).toEqualTypeOf<Socket<FromClient, FromServer, DefaultEventsMap, Data>>();
        expectTypeOf(room).toEqualTypeOf<string>();
        expectTypeOf(token).toEqualTypeOf<string | undefined>();
        expectTypeOf(metadata).toEqualTypeOf<unknown>();
        expectTypeOf(resumed).toEqualTypeOf<boolean>();
        return socket.data.user === "ada" || "Only Ada may.";
      },
      iceServers: async ({ id, socket }) => ({
        iceServers: [{ urls: "turn:x", username: id, credential: socket.id }],
        ttl: 60,
      }),
    });
  });

  it("accepts any Standard Schema, and every kind of answer", () => {
    const options = {
      metadata: z.object({ name: z.string() }),
      messages: { chat: z.object({ text: z.string() }) },
      authorize: async () => undefined,
      rateLimit: { perSecond: 10 },
      limits: { sdp: 1000 },
      logger: console,
    } satisfies SignalingOptions;
    attachSignaling(new Server(), options);
    attachSignaling(new Server(), { authorize: () => {}, rateLimit: false, iceServers: [{ urls: ["stun:x"] }] });
  });

  it("U09: accepts grants, made by `grant` or as they are, at once or later", () => {
    attachSignaling(new Server(), { authorize: () => grant({ user: "ada", attributes: { role: "host" } }) });
    attachSignaling(new Server(), { authorize: async () => ({ user: "ada", expiresAt: Date.now() + 1000 }) });
    attachSignaling(new Server(), {
      authorize: async ({ token }) => (token === undefined ? "Show your token." : grant({ user: token })),
    });
    expectTypeOf(grant({})).toEqualTypeOf<Grant>();
  });

  it("does not compile for what it cannot serve", () => {
    // @ts-expect-error not a server
    attachSignaling({});
    // @ts-expect-error not a server
    attachSignaling("http://localhost");
    // @ts-expect-error a number is not an answer
    attachSignaling(new Server(), { authorize: () => 7 });
    // @ts-expect-error no such field of a grant
    attachSignaling(new Server(), { authorize: () => grant({ user: "ada", role: "host" }) });
    // @ts-expect-error a time in milliseconds is a number
    grant({ expiresAt: new Date() });
    // @ts-expect-error no such option
    attachSignaling(new Server(), { authorise: () => true });
    // @ts-expect-error an empty object is not a schema
    attachSignaling(new Server(), { messages: { chat: {} } });
  });
});

describe("Signaling", () => {
  const signaling = {} as Signaling;

  it("types its events", () => {
    signaling.on("peerLeft", ({ room, peer, reason }) => {
      expectTypeOf(room).toEqualTypeOf<string>();
      expectTypeOf(peer).toEqualTypeOf<PeerInfo>();
      expectTypeOf(reason).toEqualTypeOf<"left" | "lost" | "kicked" | "replaced" | "expired" | "closed">();
    });
    signaling.on("peerAway", ({ reason }) =>
      expectTypeOf(reason).toEqualTypeOf<"flood" | "slow-reader" | "drain" | undefined>(),
    );
    signaling.on("rejected", (detail) => {
      expectTypeOf(detail).toEqualTypeOf<RejectedEvent>();
      expectTypeOf(detail.room).toEqualTypeOf<string | undefined>();
      expectTypeOf(detail.user).toEqualTypeOf<string | undefined>();
    });
    signaling.on("cutOff", ({ socketId, reason, peers }) => {
      expectTypeOf(socketId).toEqualTypeOf<string>();
      expectTypeOf(reason).toEqualTypeOf<CutOffReason>();
      expectTypeOf(peers).toEqualTypeOf<
        readonly { readonly room: string; readonly id: string; readonly user?: string }[]
      >();
    });
    signaling.on("relayed", ({ event }) => expectTypeOf(event).toEqualTypeOf<"offer" | "answer" | "candidate">());
    expectTypeOf(signaling.on("error", (fault) => expectTypeOf(fault).toEqualTypeOf<SignalingFault>())).toEqualTypeOf<
      () => void
    >();
    // @ts-expect-error no such event
    signaling.on("peerjoined", () => undefined);
    // @ts-expect-error only `peerLeft` has a reason
    signaling.on("peerJoined", ({ reason }) => reason as unknown);
  });

  it("types the methods", () => {
    expectTypeOf(signaling.kick("r", "id", "why")).toEqualTypeOf<Promise<boolean>>();
    expectTypeOf(signaling.kick("r", { user: "ada" }, { banMs: 1000 })).toEqualTypeOf<Promise<number>>();
    expectTypeOf(signaling.find({ user: "ada" })).toEqualTypeOf<Promise<PeerInfo[]>>();
    expectTypeOf(signaling.find({ socketId: "s" })).toEqualTypeOf<Promise<PeerInfo[]>>();
    expectTypeOf(signaling.setAttributes("r", "id", { role: "host" })).toEqualTypeOf<Promise<boolean>>();
    // @ts-expect-error a function is not JSON
    void signaling.setAttributes("r", "id", () => 1);
    // @ts-expect-error neither a user nor a socket
    void signaling.find({ name: "ada" });
    expectTypeOf<Pick<PeerInfo, "room" | "user" | "attributes" | "socketId" | "joinedAt">>().toEqualTypeOf<{
      readonly room: string;
      readonly user?: string | undefined;
      readonly attributes?: Json | undefined;
      readonly socketId?: string | undefined;
      readonly joinedAt: number;
    }>();
    expectTypeOf(signaling.rooms()).toEqualTypeOf<Promise<{ name: string; peers: number }[]>>();
    expectTypeOf(signaling.close()).toEqualTypeOf<Promise<void>>();
    expectTypeOf(signaling.send).returns.toBeVoid();
    expectTypeOf(peerIdFromKey).toEqualTypeOf<(key: string) => string>();
    // @ts-expect-error a type is a string
    signaling.send("r", 7, {});
  });
});

describe("recommendedServerOptions", () => {
  it("are options of Socket.IO", () => {
    expectTypeOf(recommendedServerOptions).toExtend<Partial<ServerOptions>>();
  });

  it("switch compression off by literal types, since newer types take no other boolean", () => {
    expectTypeOf(recommendedServerOptions.httpCompression).toEqualTypeOf<false>();
    expectTypeOf(recommendedServerOptions.perMessageDeflate).toEqualTypeOf<false>();
  });
});

describe("what a server does with connections", () => {
  it("T18: accepts every Socket.IO server, and the options are those of Node.js", () => {
    expectTypeOf(limitConnections(new Server<FromClient, FromServer>())).toEqualTypeOf<ConnectionLimit>();
    limitConnections(new Server(), { perAddress: 10, connectionsPerSecond: false, trustedProxies: 1 });
    attachDeviceGateway(createServer(recommendedHttpOptions), {} as Signaling, {
      connectionLimit: limitConnections(new Server()),
    });
    expectTypeOf<IncomingMessage>().toExtend<Parameters<ConnectionLimit["open"]>[0]>();
    // @ts-expect-error a namespace has no connections of its own
    limitConnections(new Server().of("/calls"));
  });

  it("T20: makes an option of Socket.IO", () => {
    expectTypeOf(allowOrigins([])).toExtend<NonNullable<ServerOptions["allowRequest"]>>();
  });
});

describe("Roster", () => {
  it("accepts a roster with the members of the former port", () => {
    const roster: Roster = new FormerRoster();
    attachSignaling(new Server(), { roster });
    expectTypeOf<FormerEntry>().toExtend<RosterEntry>();
    expectTypeOf<RosterEntry>().toExtend<FormerEntry>();
  });

  it("keeps the reads of MemoryRoster synchronous", () => {
    expectTypeOf(new MemoryRoster().list("r")).toEqualTypeOf<readonly RosterEntry[]>();
    expectTypeOf(new MemoryRoster().find("r", "id")).toEqualTypeOf<RosterEntry | undefined>();
  });
});

describe("Socket", () => {
  it("needs neither conn, nsp nor handshake", () => {
    expectTypeOf<
      Pick<SignalingSocket, "id" | "connected" | "on" | "off" | "emit" | "disconnect">
    >().toExtend<SignalingSocket>();
    attachSignaling(new Server(), { authorize: ({ socket }) => socket.conn.protocol > 3 && socket.nsp.name === "/" });
    const authorize: SignalingOptions["authorize"] = ({ socket }) => socket.handshake?.auth?.user === "ada";
    expectTypeOf(authorize).not.toBeNever();
  });
});

describe("rateLimit", () => {
  it("has a budget for deliveries", () => {
    attachSignaling(new Server(), { rateLimit: { deliveriesPerSecond: 10, deliveryBurst: 20 }, maxQueuedBytes: 1024 });
  });

  it("accepts the deprecated name", () => {
    attachSignaling(new Server(), { rateLimit: { maxRefusals: 10 } });
  });
});
