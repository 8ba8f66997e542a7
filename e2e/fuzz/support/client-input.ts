import fc from "fast-check";
import { hostileValue, nearly, trickyText } from "./hostile-values.js";

/** What the application of the victim does. */
export type AppAction = "join" | "leave" | "publish" | "stop" | "send" | "metadata" | "explain";

/** One step against a client. */
export type ClientStep =
  | { readonly do: "wait"; readonly ms: number }
  | { readonly do: "app"; readonly action: AppAction }
  /** The server sends an event of its own. */
  | { readonly do: "event"; readonly event: string; readonly payload: unknown }
  /** The server answers the next call with this. */
  | { readonly do: "answer"; readonly reply: unknown }
  | { readonly do: "lose" }
  /** A peer in the room sends this through the server. */
  | { readonly do: "relay"; readonly event: string; readonly payload: unknown }
  /** A peer sends this on the data channel. */
  | { readonly do: "channel"; readonly message: unknown };

const id = fc.constantFrom("@self", "@friend", "@hostile", "@ghost0", "@ghost1", "short", "server");
const room = fc.constantFrom("one", "one", "one", "two");
const link = nearly({ epoch: fc.constantFrom("1.a", "2.b", "9.z", "x"), seq: fc.nat(4), ack: fc.nat(4) });
const offerId = fc.constantFrom("a-1", "b-1", "@offerId");
/** `@sdp` is a description that the victim itself has sent: its form is right. */
const sdp = fc.oneof(
  { arbitrary: fc.constantFrom("@sdp", "@sdp", "v=0\r\n", "v=0"), weight: 4 },
  fc.tuple(fc.nat(2_000), trickyText).map(([at, text]) => ({ $cut: [at, text] })),
);
const tracks = fc.constantFrom<unknown>({ "0": { stream: "s", label: "camera" } }, { "0": { stream: "" } }, {});
const metadata = fc.constantFrom<unknown>({ name: "Ada" }, null, "text");
const candidate = nearly({
  sdpMid: fc.constantFrom<unknown>("0", "9", null),
  sdpMLineIndex: fc.constantFrom<unknown>(0, "0", 99, null),
  sdp: fc.constantFrom("candidate:1 1 udp 1 192.0.2.1 1 typ host", "candidate:x", ""),
  usernameFragment: fc.constantFrom<unknown>("u", null),
});
const capabilities = fc.record({ trickle: fc.boolean(), rollback: fc.boolean(), renegotiate: fc.boolean() });
const features = fc.constant(["mute", "waiting", "unknown"]);
const seconds = fc.constantFrom(0.001, 1, 3_600, 1e15);

const entry = nearly({
  id,
  metadata,
  attributes: metadata,
  capabilities,
  features,
  state: fc.constantFrom("online", "away"),
});
const created = {
  id: fc.constantFrom("@self", "@self", "@ghost0"),
  room,
  peers: fc.array(entry, { maxLength: 3 }),
  resumed: fc.boolean(),
  attributes: metadata,
  expiresIn: seconds,
  features,
};

/** What a notice may be of. */
const noticed: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  joined: nearly({ id, room, metadata, attributes: metadata, capabilities, features }),
  exit: nearly({ from: id, room, reason: fc.constantFrom("left", "lost", "kicked", "replaced", "expired", "new") }),
  presence: nearly({ id, room, state: fc.constantFrom("online", "away") }),
  metadata: nearly({ id, room, metadata }),
  attributes: nearly({ id, room, attributes: metadata }),
};
const notice = fc.oneof(
  fc
    .constantFrom(...Object.keys(noticed))
    .chain((event) => nearly({ event: fc.constant(event), payload: noticed[event]! })),
  fc.record({ event: fc.constantFrom("notices", "created", "__proto__"), payload: fc.constant({ room: "r" }) }),
);

/** The events of a server, well-formed but for what `nearly` does to them. */
const events: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  created: nearly(created),
  waiting: nearly({ room }),
  ...noticed,
  notices: nearly({ notices: fc.array(notice, { maxLength: 4 }) }),
  offer: nearly({ from: id, to: fc.constant("@self"), room, sdp, offerId, link, tracks }),
  answer: nearly({ from: id, to: fc.constant("@self"), room, sdp, offerId, link, tracks }),
  candidate: nearly({ from: id, to: fc.constant("@self"), room, candidate, offerId, link }),
  message: nearly({ from: id, room, type: fc.constantFrom("chat", "__proto__"), data: metadata }),
  iceServers: nearly({ iceServers: fc.constant([{ urls: "stun:stun.example.org" }]), iceServersTtl: seconds }),
  rejected: nearly({
    event: fc.constantFrom("offer", "message", "createAndJoinRoom"),
    code: fc.constantFrom("PEER_AWAY", "PEER_NOT_FOUND", "NOT_IN_ROOM", "RATE_LIMITED", "NEW_CODE"),
    message: fc.constant("A sentence."),
    retryable: fc.boolean(),
    room,
    to: id,
  }),
};

const rejection = nearly({
  ok: fc.constant(false),
  code: fc.constantFrom("INTERNAL", "UNAUTHORIZED", "ROOM_FULL", "NEW_CODE"),
  message: fc.constant("A sentence."),
  retryable: fc.boolean(),
});

const wait = fc.record({
  do: fc.constant("wait" as const),
  ms: fc.constantFrom(1, 30, 300, 3_000, 20_000, 120_000),
});
const app = fc.record({
  do: fc.constant("app" as const),
  action: fc.constantFrom<AppAction>("join", "join", "leave", "publish", "stop", "send", "metadata", "explain"),
});
const bounds = { minLength: 1, maxLength: 40, size: "max" } as const;

function oneOf(table: Readonly<Record<string, fc.Arbitrary<unknown>>>) {
  const names = Object.keys(table);
  return fc.constantFrom(...names).chain((event) => fc.record({ event: fc.constant(event), payload: table[event]! }));
}

/** What a hostile server does to a client. */
export const fromServer: fc.Arbitrary<ClientStep[]> = fc.array(
  fc.oneof(
    { arbitrary: oneOf(events).map((event) => ({ do: "event" as const, ...event })), weight: 12 },
    {
      arbitrary: fc
        .oneof(nearly({ ok: fc.constant(true), ...created }), rejection)
        .map((reply) => ({ do: "answer" as const, reply })),
      weight: 2,
    },
    { arbitrary: fc.constant({ do: "lose" as const }), weight: 1 },
    { arbitrary: app, weight: 4 },
    { arbitrary: wait, weight: 6 },
  ),
  bounds,
);

const to = fc.constantFrom("@self", "@self", "@friend");
const relayed = {
  offer: nearly({ to, room, sdp, offerId, link, tracks }),
  answer: nearly({ to, room, sdp, offerId, link, tracks }),
  candidate: nearly({ to, room, candidate, offerId, link }),
  exit: fc.constant({ room: "one" }),
  leaving: fc.constant({ room: "one" }),
  createAndJoinRoom: nearly({ room, key: fc.constant("@key"), metadata, capabilities, features }),
  message: nearly({ room, to, type: fc.constantFrom("chat", "__proto__"), data: metadata }),
  metadata: nearly({ room, metadata }),
};

const onChannel = fc.oneof(
  nearly({ type: fc.constantFrom("chat", "", "__proto__"), data: metadata }),
  nearly({ got: fc.constantFrom(0, 1, 7, -1, 2 ** 53) }),
  nearly({ event: fc.constant("mute"), muted: fc.constantFrom<unknown>([], ["0"], ["0", "9"], [1], "0") }),
  nearly({
    event: fc.constantFrom("offer", "answer", "candidate", "exit", "demand"),
    sdp,
    candidate,
    offerId,
    link,
    tracks,
  }),
  hostileValue,
);

/** What a hostile peer does to a client, through an honest server and on the data channel. */
export const fromPeer: fc.Arbitrary<ClientStep[]> = fc.array(
  fc.oneof(
    { arbitrary: oneOf(relayed).map((event) => ({ do: "relay" as const, ...event })), weight: 8 },
    { arbitrary: onChannel.map((message) => ({ do: "channel" as const, message })), weight: 8 },
    { arbitrary: fc.constant({ do: "lose" as const }), weight: 1 },
    { arbitrary: app, weight: 3 },
    { arbitrary: wait, weight: 6 },
  ),
  bounds,
);
