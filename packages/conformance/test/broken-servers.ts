import type { SignalingOptions } from "@sig/server";
import type { Socket } from "socket.io";

type Packet = [event: string, payload: Record<string, unknown>, ack?: (reply: Record<string, unknown>) => void];

/** Our server with one defect, and the rules that must fail for it. */
export interface BrokenServer {
  readonly name: string;
  readonly breaks: readonly string[];
  readonly options?: SignalingOptions<Socket>;
  /** Replaces an event to a device; `undefined` drops it. */
  toDevice?(event: string, payload: object): object | undefined;
  /**
   * Makes the defect for one server: changes incoming packets, and replaces outgoing payloads (`undefined` drops them).
   */
  make?(): {
    incoming?(packet: Packet, socket: Socket): void;
    outgoing?(
      event: string,
      payload: Record<string, unknown>,
      socket: Socket,
    ): Record<string, unknown> | undefined | Promise<Record<string, unknown>>;
  };
}

const isRelayed = (event: string): boolean => ["offer", "answer", "candidate", "message"].includes(event);

export const brokenServers: readonly BrokenServer[] = [
  {
    name: "takes the repetition of a join for another one",
    breaks: ["joining.on-connect"],
    make() {
      const joined = new Set<string>();
      return {
        incoming: ([event, payload], { id }) => {
          if (event === "createAndJoinRoom" && joined.has(`${id} ${String(payload.room)}`)) payload.token = "another";
        },
        outgoing: (event, payload, { id }) => {
          if (event === "created") joined.add(`${id} ${String(payload.room)}`);
          return payload;
        },
      };
    },
  },
  {
    name: "trusts the `from` of a sender",
    breaks: ["identity.from"],
    make() {
      const sockets = new Map<unknown, string>();
      const claims = new Map<string | undefined, unknown>();
      return {
        incoming: ([event, payload], { id }) => isRelayed(event) && claims.set(id, payload.from),
        outgoing: (event, payload, { id }) => {
          if (event === "created") sockets.set(payload.id, id);
          return isRelayed(event)
            ? { ...payload, from: claims.get(sockets.get(payload.from)) ?? payload.from }
            : payload;
        },
      };
    },
  },
  {
    name: "relays unknown fields",
    breaks: ["relaying.known-fields"],
    make() {
      let mid: unknown;
      return {
        incoming: ([, payload]) => (mid = payload.mid),
        outgoing: (event, payload) => (mid !== undefined && isRelayed(event) ? { ...payload, mid } : payload),
      };
    },
  },
  {
    name: "names nobody as the receiver of the offer with a join",
    breaks: ["features.offer-with-join"],
    make: () => ({
      outgoing: (event, payload) => (event === "created" ? { ...payload, offeredTo: undefined } : payload),
    }),
  },
  {
    name: "forwards only the first candidate of a bundle",
    breaks: ["features.bundles"],
    make: () => ({
      outgoing: (event, payload) => (event === "candidate" ? { ...payload, more: undefined } : payload),
    }),
  },
  {
    name: "normalizes the line endings of SDP",
    breaks: ["dialects.sdp-untouched", "dialects.sdp-object"],
    make: () => ({
      outgoing: (_, payload) =>
        typeof payload.sdp === "string" ? { ...payload, sdp: payload.sdp.replace(/\r?\n/g, "\r\n") } : payload,
    }),
  },
  {
    name: "converts every sdpMLineIndex to a number",
    breaks: ["dialects.candidate-untouched", "legacy.call"],
    make: () => ({
      outgoing: (event, payload) => {
        if (event !== "candidate") return payload;
        const candidate = payload.candidate as Record<string, unknown>;
        return {
          ...payload,
          candidate:
            typeof candidate.sdpMLineIndex === "string"
              ? { ...candidate, sdpMLineIndex: Number(candidate.sdpMLineIndex) }
              : candidate,
        };
      },
    }),
  },
  {
    name: "drops the features of its clients",
    breaks: ["features.shown", "features.bounded", "features.bundles"],
    make: () => ({ incoming: ([, payload]) => delete payload.features }),
  },
  {
    name: "relays the attributes that a client sends",
    breaks: ["attributes.dropped"],
    make() {
      let attributes: unknown;
      return {
        incoming: ([, payload]) => (attributes = payload.attributes ?? attributes),
        outgoing: (event, payload) =>
          event === "metadata" && attributes !== undefined ? { ...payload, attributes } : payload,
      };
    },
  },
  {
    name: "sends a date as `expiresIn`",
    // The event `created` has no such field: the two must be equal.
    breaks: ["joining.ack", "renewal.expires-in"],
    make: () => ({
      incoming: (packet) =>
        packet[0] === "createAndJoinRoom" &&
        changeAck(packet, (reply) => (reply.ok === true ? { ...reply, expiresIn: "2026-11-29T12:00:00Z" } : reply)),
    }),
  },
  {
    name: "notifies clients that they wait, whatever features they have named",
    breaks: ["waiting.named"],
    make: () => ({
      incoming: ([event, payload], socket) => {
        if (event !== "createAndJoinRoom" || String(payload.features) !== "mute") return;
        socket.emit("waiting", { room: payload.room });
      },
    }),
  },
  {
    name: "accepts only one dialect of descriptions",
    breaks: ["dialects.sdp-object"],
    make: () => ({ incoming: ([, payload]) => typeof payload.sdp === "object" && (payload.sdp = false) }),
  },
  {
    name: "keeps the membership of a previous key beside the new one",
    breaks: ["joining.other-key"],
    make() {
      let last = "";
      return {
        incoming: ([event]) => (last = event),
        outgoing: (event, payload) =>
          event === "exit" && payload.reason === "left" && last === "createAndJoinRoom" ? undefined : payload,
      };
    },
  },
  {
    name: "sends no `presence` for a membership that moves to another socket",
    breaks: ["identity.takeover"],
    make() {
      const away = new Set<unknown>();
      return {
        outgoing: (event, payload) => {
          if (event === "presence" && payload.state === "away") away.add(payload.id);
          return event !== "presence" || away.has(payload.id) ? payload : undefined;
        },
      };
    },
  },
  {
    name: "delivers to socket ids as well as to peer ids",
    breaks: ["relaying.only-ids"],
    make() {
      const peers = new Map<unknown, unknown>();
      return {
        incoming: ([event, payload]) =>
          isRelayed(event) && peers.has(payload.to) && (payload.to = peers.get(payload.to)),
        outgoing: (event, payload, { id }) => {
          if (event === "created") peers.set(id, payload.id);
          return payload;
        },
      };
    },
  },
  {
    name: "loses the metadata of a member while it is away",
    breaks: ["presence.metadata"],
    make() {
      const known = new Set<unknown>();
      return {
        incoming: ([event, payload]) => {
          if (event !== "createAndJoinRoom" || payload.key === undefined) return;
          if ("metadata" in payload) known.add(payload.key);
          else if (known.has(payload.key)) payload.metadata = null;
        },
      };
    },
  },
  {
    name: "treats `leaving` as `exit`",
    breaks: ["leaving.canceled", "rejections.shared-names"],
    make: () => ({ incoming: (packet) => packet[0] === "leaving" && (packet[0] = "exit") }),
  },
  {
    name: "sends `created` after events of the room",
    breaks: ["joining.first"],
    make: () => ({
      outgoing: (event, payload) =>
        event === "created" ? new Promise((resolve) => setTimeout(resolve, 20, payload)) : payload,
    }),
  },
  {
    name: "reveals keys to everyone",
    breaks: ["identity.key-is-secret", "legacy.fields"],
    make() {
      let key: unknown;
      return {
        incoming: ([event, payload]) => event === "createAndJoinRoom" && (key = payload.key),
        outgoing: (event, payload) => (event === "joined" && key !== undefined ? { ...payload, key } : payload),
      };
    },
  },
  {
    name: "broadcasts events whose `to` is the name of a room",
    breaks: ["relaying.no-broadcast"],
    make: () => ({
      incoming: ([event, payload], socket) =>
        event === "offer" &&
        typeof payload.to === "string" &&
        payload.to === payload.room &&
        socket.broadcast.emit("offer", { ...payload, from: "eve" }),
    }),
  },
  {
    name: "sends legacy peers the reason of an `exit`",
    breaks: ["legacy.call", "legacy.fields"],
    make: () => ({ outgoing: (event, payload) => (event === "exit" ? { reason: "left", ...payload } : payload) }),
  },
  {
    name: "has no grace time",
    breaks: [
      "presence.away",
      "presence.back",
      "presence.metadata",
      "presence.list",
      "presence.target",
      "leaving.canceled",
      "legacy.away",
    ],
    options: { graceMs: 0 },
  },
  {
    name: "drops rejected events silently",
    breaks: ["rejections.rejected", "rejections.names"],
    make: () => ({ outgoing: (event, payload) => (event === "rejected" ? undefined : payload) }),
  },
  {
    name: "repeats any `room` and `to` in `rejected`",
    breaks: ["rejections.names"],
    make() {
      let last: Record<string, unknown> = {};
      return {
        incoming: ([, payload]) => (last = payload),
        outgoing: (event, payload) =>
          event === "rejected" && typeof last.room === "string"
            ? { ...payload, room: last.room, to: last.to }
            : payload,
      };
    },
  },
  {
    name: "rejects a `message` of the application",
    breaks: ["rejections.shared-names"],
    make: () => ({
      incoming: ([event, payload], socket) => {
        const fields = { event, code: "BAD_PAYLOAD", message: "Not a message.", retryable: false };
        if (event === "message" && !Object.hasOwn(payload, "data")) socket.emit("rejected", fields);
      },
    }),
  },
  {
    name: "marks every rejection as retryable",
    breaks: ["rejections.ack"],
    make: () => ({
      incoming: (packet) => changeAck(packet, (reply) => (reply.ok === false ? { ...reply, retryable: true } : reply)),
    }),
  },
  {
    name: "quotes the rejected payload",
    breaks: ["rejections.no-echo"],
    make: () => ({
      incoming: (packet) =>
        changeAck(packet, (reply) =>
          reply.ok === false ? { ...reply, message: `Not in ${String(packet[1].room)}.` } : reply,
        ),
    }),
  },
  {
    name: "has a larger limit for metadata",
    breaks: ["limits.past"],
    options: { limits: { metadata: 300_000 } },
  },
];

/** Defects of a device gateway. */
export const brokenGateways: readonly BrokenServer[] = [
  {
    name: "sends devices no `exit`",
    breaks: ["device.call"],
    toDevice: (event, payload) => (event === "exit" ? undefined : payload),
  },
  {
    name: "sends devices no candidates",
    breaks: ["device.call", "device.gather"],
    toDevice: (event, payload) => (event === "candidate" ? undefined : payload),
  },
  {
    name: "normalizes the line endings of offers",
    breaks: ["device.call"],
    toDevice: (event, payload) =>
      event === "offer" && "sdp" in payload
        ? { ...payload, sdp: String(payload.sdp).replaceAll("\r\n", "\n") }
        : payload,
  },
];

function changeAck(packet: Packet, change: (reply: Record<string, unknown>) => Record<string, unknown>): void {
  const ack = packet[2];
  if (ack !== undefined) packet[2] = (reply) => ack(change(reply));
}
