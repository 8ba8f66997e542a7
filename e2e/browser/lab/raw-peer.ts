import type { io } from "socket.io-client";

/** A message that a raw peer receives. */
export interface RawMessage {
  readonly event: "offer" | "answer" | "candidate";
  readonly from: string;
  readonly sdp?: string;
  readonly offerId?: string;
  readonly candidate?: {
    readonly sdp: string;
    readonly sdpMid: string;
    readonly sdpMLineIndex: number;
    readonly usernameFragment?: string;
  };
}

/**
 * A peer that knows only the wire. It sends only on request, and can therefore break every rule. It has
 * a key and sends no link, and it meets one other peer.
 */
export class RawPeer {
  readonly connection = new RTCPeerConnection();
  readonly received: RawMessage[] = [];
  /** Its own, of the newest description. It sends none by itself. */
  candidates: RTCIceCandidate[] = [];
  other = "";
  readonly #socket: ReturnType<typeof io>;
  readonly #room: string;

  private constructor(socket: ReturnType<typeof io>, room: string) {
    this.#socket = socket;
    this.#room = room;
    this.connection.createDataChannel("raw");
    this.connection.onicecandidate = ({ candidate }) => {
      if (candidate !== null && candidate.candidate !== "") this.candidates.push(candidate);
    };
    for (const event of ["offer", "answer", "candidate"] as const) {
      socket.on(event, (payload: Omit<RawMessage, "event">) => this.received.push({ event, ...payload }));
    }
  }

  static async join(socket: ReturnType<typeof io>, room: string, key: string): Promise<RawPeer> {
    const peer = new RawPeer(socket, room);
    const reply = await new Promise<{ peers: { id: string }[] }>((resolve) =>
      socket.emit("createAndJoinRoom", { room, key }, resolve),
    );
    peer.other = reply.peers[0]?.id ?? "";
    return peer;
  }

  send(event: "offer" | "answer" | "candidate", payload: object): void {
    this.#socket.emit(event, { room: this.#room, to: this.other, ...payload });
  }

  /** Creates an offer and waits until all its candidates are gathered. Sends nothing. */
  async describe(options?: RTCOfferOptions): Promise<string> {
    this.candidates = [];
    await this.connection.setLocalDescription(await this.connection.createOffer(options));
    // Candidates inside the description would make the separate ones superfluous.
    const sdp = this.connection.localDescription?.sdp ?? "";
    await new Promise<void>((resolve) => {
      const check = (): void => {
        if (this.connection.iceGatheringState === "complete") resolve();
      };
      this.connection.addEventListener("icegatheringstatechange", check);
      check();
    });
    return sdp.replaceAll(/^a=(candidate:.*|end-of-candidates)\r\n/gm, "");
  }

  sendCandidate(candidate: RTCIceCandidate, offerId: string): void {
    const { candidate: sdp, sdpMid, sdpMLineIndex, usernameFragment } = candidate;
    this.send("candidate", {
      candidate: { sdp, sdpMid: sdpMid ?? "0", sdpMLineIndex: sdpMLineIndex ?? 0, usernameFragment },
      offerId,
    });
  }

  sendEnd(offerId: string): void {
    this.send("candidate", { candidate: { sdp: "", sdpMid: "0", sdpMLineIndex: 0 }, offerId });
  }

  /** Waits for the answer to an offer, applies it, and adds its candidates, present and future. */
  async acceptAnswer(offerId: string): Promise<void> {
    const answer = await this.receives((message) => message.event === "answer" && message.offerId === offerId);
    await this.connection.setRemoteDescription({ type: "answer", sdp: answer.sdp ?? "" });
    await this.#addCandidates(answer);
  }

  /** Creates the answer to an offer that was received. Sends nothing. */
  async answer(offer: RawMessage): Promise<string> {
    await this.connection.setRemoteDescription({ type: "offer", sdp: offer.sdp ?? "" });
    await this.connection.setLocalDescription();
    await this.#addCandidates(offer);
    return this.connection.localDescription?.sdp ?? "";
  }

  /** The newest message that matches, or the next one. */
  async receives(matches: (message: RawMessage) => boolean): Promise<RawMessage> {
    await window.lab.until(
      () => this.received.map(({ event, offerId }) => `${event} ${offerId ?? ""}`),
      () => this.received.some(matches),
    );
    return this.received.findLast(matches)!;
  }

  async #addCandidates({ offerId }: RawMessage): Promise<void> {
    const add = async (message: RawMessage): Promise<void> => {
      if (message.candidate === undefined || message.offerId !== offerId) return;
      const { sdp, ...place } = message.candidate;
      await this.connection.addIceCandidate({ candidate: sdp, ...place });
    };
    this.#socket.on(
      "candidate",
      (payload: Omit<RawMessage, "event">) => void add({ event: "candidate", ...payload }).catch(() => undefined),
    );
    for (const message of this.received.filter(({ event }) => event === "candidate"))
      await add(message).catch(() => undefined);
  }
}
