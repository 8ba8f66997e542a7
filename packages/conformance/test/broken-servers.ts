import type { SignalingOptions } from "@sig/server";
import type { Socket } from "socket.io";

type Packet = [event: string, payload: Record<string, unknown>, ack?: (reply: Record<string, unknown>) => void];

/** Our server with one thing wrong, and the rules that must say so. */
export interface BrokenServer {
  readonly name: string;
  readonly breaks: readonly string[];
  readonly options?: SignalingOptions<Socket>;
  /** What a device is told in place of this (`undefined`: nothing). */
  toDevice?(event: string, payload: object): object | undefined;
  /** Makes what is wrong with it for one server: changes packets that come in, and gives what goes out (`undefined`: nothing). */
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
    name: "believes what a sender says of itself",
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
    name: "passes on what it does not know",
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
    name: "tidies the line ends of SDP",
    breaks: ["dialects.sdp-untouched", "dialects.sdp-object"],
    make: () => ({
      outgoing: (_, payload) =>
        typeof payload.sdp === "string" ? { ...payload, sdp: payload.sdp.replace(/\r?\n/g, "\r\n") } : payload,
    }),
  },
  {
    name: "makes a number of each sdpMLineIndex",
    breaks: ["dialects.candidate-untouched", "seed.call"],
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
    name: "reads one dialect of descriptions only",
    breaks: ["dialects.sdp-object"],
    make: () => ({ incoming: ([, payload]) => typeof payload.sdp === "object" && (payload.sdp = false) }),
  },
  {
    name: "keeps the membership of an older key beside the new one",
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
    name: "says nothing of a membership that is taken over",
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
    name: "delivers to sockets as well as to peers",
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
    name: "forgets what a member said of itself while it was away",
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
    name: "takes `leaving` for `exit`",
    breaks: ["leaving.taken-back"],
    make: () => ({ incoming: (packet) => packet[0] === "leaving" && (packet[0] = "exit") }),
  },
  {
    name: "says `created` when others have been heard already",
    breaks: ["joining.first"],
    make: () => ({
      outgoing: (event, payload) =>
        event === "created" ? new Promise((resolve) => setTimeout(resolve, 20, payload)) : payload,
    }),
  },
  {
    name: "shows keys to everyone",
    breaks: ["identity.key-is-secret", "seed.fields"],
    make() {
      let key: unknown;
      return {
        incoming: ([event, payload]) => event === "createAndJoinRoom" && (key = payload.key),
        outgoing: (event, payload) => (event === "joined" && key !== undefined ? { ...payload, key } : payload),
      };
    },
  },
  {
    name: "broadcasts what is sent to a room's name",
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
    name: "tells peers without a key why others left",
    breaks: ["seed.call", "seed.fields"],
    make: () => ({ outgoing: (event, payload) => (event === "exit" ? { reason: "left", ...payload } : payload) }),
  },
  {
    name: "knows no grace time",
    breaks: [
      "presence.away",
      "presence.back",
      "presence.metadata",
      "presence.list",
      "presence.target",
      "leaving.taken-back",
      "seed.away",
    ],
    options: { graceMs: 0 },
  },
  {
    name: "drops messages without a word",
    breaks: ["refusals.rejected", "refusals.names"],
    make: () => ({ outgoing: (event, payload) => (event === "rejected" ? undefined : payload) }),
  },
  {
    name: "names in refusals whatever it was sent",
    breaks: ["refusals.names"],
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
    name: "says of every refusal that it may be tried again",
    breaks: ["refusals.ack"],
    make: () => ({
      incoming: (packet) => changeAck(packet, (reply) => (reply.ok === false ? { ...reply, retryable: true } : reply)),
    }),
  },
  {
    name: "quotes what it refuses",
    breaks: ["refusals.no-echo"],
    make: () => ({
      incoming: (packet) =>
        changeAck(packet, (reply) =>
          reply.ok === false ? { ...reply, message: `Not in ${String(packet[1].room)}.` } : reply,
        ),
    }),
  },
  {
    name: "has no bound on what a peer says of itself",
    breaks: ["limits.past"],
    options: { limits: { metadata: 300_000 } },
  },
];

/** What may be wrong with a gateway for devices. */
export const brokenGateways: readonly BrokenServer[] = [
  {
    name: "does not tell devices who has left",
    breaks: ["device.call"],
    toDevice: (event, payload) => (event === "exit" ? undefined : payload),
  },
  {
    name: "keeps the candidates of viewers to itself",
    breaks: ["device.call", "device.gather"],
    toDevice: (event, payload) => (event === "candidate" ? undefined : payload),
  },
  {
    name: "tidies offers",
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
