import fc from "fast-check";
import { hostileValue, nearly } from "./hostile-values.js";

/** One step against a server. `by` is the number of a socket, of which there are four. */
export type ServerStep =
  | {
      readonly do: "send";
      readonly by: number;
      readonly event: string;
      readonly payload: unknown;
      readonly ack: boolean;
    }
  | { readonly do: "reconnect"; readonly by: number }
  | { readonly do: "wait"; readonly ms: number };

const room = fc.constantFrom("one", "one", "two", "calm");
const peer = fc.constantFrom("@id0", "@id1", "@id2", "@id3", "@witness", "server");
const key = fc.constantFrom("@key0", "@key1", "@key2", "@shared");
const link = fc.record({ epoch: fc.constantFrom("1.a", "2.b"), seq: fc.nat(3), ack: fc.nat(3) });
const offerId = fc.constantFrom("a-1", "b-1");
const description = { to: peer, room, sdp: fc.constant("v=0"), offerId, link };
const tracks = fc.constant({ "0": { stream: "s", label: "camera" } });
const metadata = fc.constantFrom<unknown>({ name: "Ada" }, null, "text", { role: "host" });

/** A payload of each event, well-formed but for what `nearly` does to it. */
const payloads: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  createAndJoinRoom: fc.oneof(
    // Most calls need a member: joins are likely to succeed.
    { arbitrary: fc.record({ room: fc.constantFrom("one", "two"), key, metadata }), weight: 3 },
    { arbitrary: fc.record({ room: fc.constantFrom("one", "two") }), weight: 1 },
    {
      arbitrary: nearly({
        room,
        key,
        metadata,
        token: fc.constantFrom("guest", "late", "fails"),
        features: fc.constant(["waiting", "mute", "notices"]),
        attributes: metadata,
        capabilities: fc.record({ trickle: fc.boolean(), renegotiate: fc.boolean() }),
      }),
      weight: 3,
    },
  ),
  offer: nearly({ ...description, tracks }),
  answer: nearly(description),
  candidate: nearly({
    to: peer,
    room,
    offerId,
    link,
    candidate: nearly({
      sdpMid: fc.constant("0"),
      sdpMLineIndex: fc.constantFrom(0, "0"),
      sdp: fc.constant("candidate:1"),
    }),
  }),
  exit: nearly({ room }),
  leaving: nearly({ room }),
  message: nearly({ room, to: peer, type: fc.constantFrom("chat", "note"), data: metadata }),
  metadata: nearly({ room, metadata }),
  iceServers: nearly({ room, token: fc.constantFrom("guest", "fails") }),
  created: hostileValue,
  disconnecting: hostileValue,
};

const by = fc.nat(3);

export const serverSteps: fc.Arbitrary<ServerStep[]> = fc.array(
  fc.oneof(
    {
      arbitrary: fc.constantFrom(...Object.keys(payloads)).chain((event) =>
        fc.record({
          do: fc.constant("send" as const),
          by,
          event: fc.constant(event),
          payload: payloads[event]!,
          ack: fc.boolean(),
        }),
      ),
      weight: 20,
    },
    { arbitrary: fc.record({ do: fc.constant("reconnect" as const), by }), weight: 2 },
    {
      arbitrary: fc.record({ do: fc.constant("wait" as const), ms: fc.constantFrom(1, 900, 6_000, 31_000) }),
      weight: 2,
    },
  ),
  { minLength: 1, maxLength: 60, size: "max" },
);
