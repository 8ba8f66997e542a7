import { createHash, randomBytes } from "node:crypto";
import type { Socket } from "socket.io-client";

type Payload = Record<string, unknown>;

/** Our client with one thing wrong, and the rules that must say so. */
export interface BrokenClient {
  readonly name: string;
  readonly breaks: readonly string[];
  /** Puts what is wrong with it on its socket, and gives what goes out in place of each message (`undefined`: nothing). */
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
const isKeyless = (id: unknown): boolean => typeof id === "string" && id.length === 20;
const sdp = `v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\nc=IN IP4 0.0.0.0\r\na=ice-ufrag:abcd\r\na=ice-pwd:abcdabcdabcdabcdabcdabcd\r\na=fingerprint:sha-256 ${Array.from({ length: 32 }, () => "AB").join(":")}\r\na=setup:actpass\r\na=mid:0\r\na=sendrecv\r\na=rtcp-mux\r\na=rtpmap:111 opus/48000/2\r\n`;

/** Says something to peers whom it should leave alone, each time it is made an offer. */
function pesters(socket: Socket, peers: ReadonlySet<string>): void {
  socket.on("offer", ({ room }: { room: string }) => {
    for (const to of peers)
      socket.emit("candidate", { to, room, candidate: { sdpMid: "0", sdpMLineIndex: 0, sdp: "" } });
  });
}

export const brokenClients: readonly BrokenClient[] = [
  {
    name: "offers nothing to peers without a key",
    breaks: ["offering.everyone"],
    break: () => (event, payload) => (event === "offer" && isKeyless(payload.to) ? undefined : payload),
  },
  {
    name: "forgets who was away when it came",
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
    name: "offers what nobody can trust",
    breaks: ["offering.complete"],
    break: () => (event, payload) =>
      event === "offer" ? { ...payload, sdp: String(payload.sdp).replace(/^a=fingerprint.*\r\n/gm, "") } : payload,
  },
  {
    name: "offers to everyone who comes",
    breaks: ["answering.waits"],
    break(socket) {
      socket.on("joined", ({ id, room }: { id: string; room: string }) =>
        socket.emit("offer", { to: id, room, sdp, offerId: "too-early" }),
      );
      return undefined;
    },
  },
  {
    name: "does not say which offer it answers",
    breaks: ["answering.names-the-offer"],
    break:
      () =>
      (event, { offerId, ...payload }) => ({
        ...payload,
        ...(event !== "answer" && offerId !== undefined && { offerId }),
      }),
  },
  {
    name: "answers no peer without a key",
    breaks: ["answering.seed-peer"],
    break: () => (event, payload) => (event === "answer" && isKeyless(payload.to) ? undefined : payload),
  },
  {
    name: "answers whoever asks",
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
    name: "has a connection of its own for every offer",
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
    name: "keeps its connection to a page that was loaded again",
    breaks: ["answering.new-connection"],
    break: () => (event, payload) => (event === "answer" || event === "offer" ? withUfrag(payload, "always") : payload),
  },
  {
    name: "offers nothing to who can only answer",
    breaks: ["capabilities.offers"],
    break(socket) {
      const devices = new Set<unknown>();
      socket.on("joined", ({ id, capabilities }: Joined) => capabilities?.renegotiate === false && devices.add(id));
      return (event, payload) =>
        (event === "offer" || event === "candidate") && devices.has(payload.to) ? undefined : payload;
    },
  },
  {
    name: "sends candidates to who takes none",
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
    name: "makes nothing of an offer that is said again",
    breaks: ["answering.repeated"],
    break() {
      const answered = new Set<unknown>();
      return (event, payload) => {
        if (event !== "answer" || typeof payload.to !== "string" || isKeyless(payload.to)) return payload;
        const again = answered.has(payload.offerId);
        answered.add(payload.offerId);
        return again ? undefined : payload;
      };
    },
  },
  {
    name: "is silent for a while after `rejected`",
    breaks: ["robustness.rejected"],
    break(socket) {
      let silent = false;
      socket.once("rejected", () => (silent = true));
      return (event, payload) => {
        if (event !== "answer" || !silent) return payload;
        silent = false;
        return undefined;
      };
    },
  },
  {
    name: "goes on talking to those who have left",
    breaks: ["peers.exit"],
    break(socket) {
      const left = new Set<string>();
      socket.on("exit", ({ from }: { from: string }) => left.add(from));
      pesters(socket, left);
      return undefined;
    },
  },
  {
    name: "goes on talking to those who are away",
    breaks: ["peers.away"],
    break(socket) {
      const away = new Set<string>();
      socket.on("presence", ({ id, state }: { id: string; state: string }) => state === "away" && away.add(id));
      pesters(socket, away);
      return undefined;
    },
  },
  {
    name: "does not come back",
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
    name: "is somebody else after each join",
    breaks: ["recovery.same-key"],
    break: () => (event, payload) =>
      event === "createAndJoinRoom" ? { ...payload, key: randomBytes(16).toString("base64url") } : payload,
  },
  {
    name: "ends its candidates with a line end",
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
    name: "does not say which section a candidate is of",
    breaks: ["candidates.form"],
    break: () => (event, payload) =>
      event === "candidate" ? { ...payload, candidate: { sdp: (payload.candidate as Payload).sdp } } : payload,
  },
  {
    name: "names an exchange that never was",
    breaks: ["candidates.exchange"],
    break: () => (event, payload) => (event === "candidate" ? { ...payload, offerId: "never-was" } : payload),
  },
  {
    name: "has messages of its own",
    breaks: ["messages.valid"],
    break(socket) {
      socket.on("created", () => socket.emit("hello", {}));
      return undefined;
    },
  },
];
