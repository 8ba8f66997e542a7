import { createHash, randomBytes } from "node:crypto";
import type { Socket } from "socket.io-client";

type Payload = Record<string, unknown>;

/** Our client with one defect, and the rules that must fail for it. */
export interface BrokenClient {
  readonly name: string;
  readonly breaks: readonly string[];
  /** Adds the defect to its socket. Returns what replaces each outgoing payload; `undefined` drops it. */
  break(socket: Socket): ((event: string, payload: Payload) => Payload | undefined) | undefined;
}

interface Joined {
  readonly id: string;
  readonly room: string;
  readonly capabilities?: { readonly trickle?: boolean; readonly renegotiate?: boolean };
}

const withUfrag = (payload: Payload, ufrag: string): Payload => ({
  ...payload,
  sdp: String(payload.sdp).replace(/^a=ice-ufrag:.*$/gm, `a=ice-ufrag:${ufrag}`),
});
const isLegacyId = (id: unknown): boolean => typeof id === "string" && id.length === 20;
const sdp = [
  "v=0",
  "o=- 1 2 IN IP4 127.0.0.1",
  "s=-",
  "t=0 0",
  "a=group:BUNDLE 0",
  "m=audio 9 UDP/TLS/RTP/SAVPF 111",
  "c=IN IP4 0.0.0.0",
  "a=ice-ufrag:abcd",
  "a=ice-pwd:abcdabcdabcdabcdabcdabcd",
  `a=fingerprint:sha-256 ${Array.from({ length: 32 }, () => "AB").join(":")}`,
  "a=setup:actpass",
  "a=mid:0",
  "a=sendrecv",
  "a=rtcp-mux",
  "a=rtpmap:111 opus/48000/2",
  "",
].join("\r\n");

/** Sends a candidate to peers that should get nothing, at every offer that it receives. */
function sendsCandidatesTo(socket: Socket, peers: ReadonlySet<string>): void {
  socket.on("offer", ({ room }: { room: string }) => {
    for (const to of peers)
      socket.emit("candidate", { to, room, candidate: { sdpMid: "0", sdpMLineIndex: 0, sdp: "" } });
  });
}

export const brokenClients: readonly BrokenClient[] = [
  {
    name: "sends no offer to legacy peers",
    breaks: ["offering.everyone"],
    break: () => (event, payload) => (event === "offer" && isLegacyId(payload.to) ? undefined : payload),
  },
  {
    name: "ignores peers that were away at its join",
    breaks: ["offering.away"],
    break(socket) {
      const away = new Set<unknown>();
      socket.on("created", ({ peers }: { peers: { id: string; state?: string }[] }) =>
        peers.forEach(({ id, state }) => state === "away" && away.add(id)),
      );
      return (_, payload) => (away.has(payload.to) ? undefined : payload);
    },
  },
  {
    name: "sends offers without a certificate",
    breaks: ["offering.complete"],
    break: () => (event, payload) =>
      event === "offer" ? { ...payload, sdp: String(payload.sdp).replace(/^a=fingerprint.*\r\n/gm, "") } : payload,
  },
  {
    name: "sends an offer to every newcomer",
    breaks: ["answering.waits"],
    break(socket) {
      socket.on("joined", ({ id, room }: { id: string; room: string }) =>
        socket.emit("offer", { to: id, room, sdp, offerId: "too-early" }),
      );
      return undefined;
    },
  },
  {
    name: "sends answers without `offerId`",
    breaks: ["answering.names-the-offer"],
    break:
      () =>
      (event, { offerId, ...payload }) => ({
        ...payload,
        ...(event !== "answer" && offerId !== undefined && { offerId }),
      }),
  },
  {
    name: "does not answer legacy peers",
    breaks: ["answering.legacy-peer"],
    break: () => (event, payload) => (event === "answer" && isLegacyId(payload.to) ? undefined : payload),
  },
  {
    name: "answers peers that are not in the room",
    breaks: ["answering.no-stranger"],
    break(socket) {
      socket.on(
        "offer",
        ({ from, room }: { from: string; room: string }) =>
          from.startsWith("stranger") && socket.emit("answer", { to: from, room, sdp }),
      );
      return undefined;
    },
  },
  {
    name: "makes a new connection for every offer",
    breaks: ["answering.again"],
    break: () => (event, payload) =>
      event === "answer"
        ? withUfrag(
            payload,
            createHash("sha256")
              .update(JSON.stringify(payload.offerId ?? randomBytes(4)))
              .digest("hex")
              .slice(0, 8),
          )
        : payload,
  },
  {
    name: "keeps its ICE credentials for a new connection",
    breaks: ["answering.new-connection"],
    break: () => (event, payload) => (event === "answer" || event === "offer" ? withUfrag(payload, "always") : payload),
  },
  {
    name: "sends no offer to peers that only answer",
    breaks: ["capabilities.offers"],
    break(socket) {
      const devices = new Set<unknown>();
      socket.on("joined", ({ id, capabilities }: Joined) => capabilities?.renegotiate === false && devices.add(id));
      return (event, payload) =>
        (event === "offer" || event === "candidate") && devices.has(payload.to) ? undefined : payload;
    },
  },
  {
    name: "sends candidates to peers that take none",
    breaks: ["capabilities.whole"],
    break(socket) {
      socket.on("joined", ({ id, room, capabilities }: Joined) => {
        const end = { to: id, room, candidate: { sdpMid: "0", sdpMLineIndex: 0, sdp: "" } };
        if (capabilities?.trickle === false) socket.once("offer", () => socket.emit("candidate", end));
      });
      return undefined;
    },
  },
  {
    name: "ignores repeated offers",
    breaks: ["answering.repeated"],
    break() {
      const answered = new Set<unknown>();
      return (event, payload) => {
        if (event !== "answer" || typeof payload.to !== "string" || isLegacyId(payload.to)) return payload;
        const again = answered.has(payload.offerId);
        answered.add(payload.offerId);
        return again ? undefined : payload;
      };
    },
  },
  {
    name: "skips an answer after `rejected`",
    breaks: ["robustness.rejected"],
    break(socket) {
      let skip = false;
      socket.once("rejected", () => (skip = true));
      return (event, payload) => {
        if (event !== "answer" || !skip) return payload;
        skip = false;
        return undefined;
      };
    },
  },
  {
    name: "sends nothing to peers that it learns of by gathered notices",
    breaks: ["notices.read"],
    break(socket) {
      const gathered = new Set<unknown>();
      socket.on("notices", ({ notices }: { notices: { payload: Payload }[] }) => {
        for (const { payload } of notices) if (payload.id !== undefined) gathered.add(payload.id);
      });
      return (_event, payload) => (gathered.has(payload.to) ? undefined : payload);
    },
  },
  {
    name: "sends candidates to peers that have left",
    breaks: ["peers.exit"],
    break(socket) {
      const left = new Set<string>();
      socket.on("exit", ({ from }: { from: string }) => left.add(from));
      sendsCandidatesTo(socket, left);
      return undefined;
    },
  },
  {
    name: "sends candidates to peers that are away",
    breaks: ["peers.away"],
    break(socket) {
      const away = new Set<string>();
      socket.on("presence", ({ id, state }: { id: string; state: string }) => state === "away" && away.add(id));
      sendsCandidatesTo(socket, away);
      return undefined;
    },
  },
  {
    name: "does not rejoin",
    breaks: ["recovery.rejoins"],
    break() {
      let joined = false;
      return (event, payload) => {
        if (event !== "createAndJoinRoom") return payload;
        const again = joined;
        joined = true;
        return again ? undefined : payload;
      };
    },
  },
  {
    name: "uses a new key for each join",
    breaks: ["recovery.same-key"],
    break: () => (event, payload) =>
      event === "createAndJoinRoom" ? { ...payload, key: randomBytes(16).toString("base64url") } : payload,
  },
  {
    name: "ends its candidates with a line break",
    breaks: ["candidates.form", "messages.valid"],
    break: () => (event, payload) =>
      event === "candidate"
        ? {
            ...payload,
            candidate: { ...(payload.candidate as Payload), sdp: `${String((payload.candidate as Payload).sdp)}\r\n` },
          }
        : payload,
  },
  {
    name: "sends candidates without a media section",
    breaks: ["candidates.form"],
    break: () => (event, payload) =>
      event === "candidate" ? { ...payload, candidate: { sdp: (payload.candidate as Payload).sdp } } : payload,
  },
  {
    name: "sends candidates with an unknown `offerId`",
    breaks: ["candidates.exchange"],
    break: () => (event, payload) => (event === "candidate" ? { ...payload, offerId: "never-was" } : payload),
  },
  {
    name: "sends an unknown event",
    breaks: ["messages.valid"],
    break(socket) {
      socket.on("created", () => socket.emit("hello", {}));
      return undefined;
    },
  },
];
