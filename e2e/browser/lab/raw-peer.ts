import type { io } from "socket.io-client";

/** What a raw peer hears. */
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
 * A peer that knows the wire and nothing else: it says what it is told to, when it is told to, and so can be wrong in
 * every way. It has a key and no links, and is for one other peer.
 */
export class RawPeer {
  readonly connection = new RTCPeerConnection();
  readonly heard: RawMessage[] = [];
  /** Its own, of the newest description: nothing is sent by itself. */
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
      socket.on(event, (payload: Omit<RawMessage, "event">) => this.heard.push({ event, ...payload }));
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

  /** Makes an offer and waits until it has all its candidates; nothing is sent. */
  async describe(options?: RTCOfferOptions): Promise<string> {
    this.candidates = [];
    await this.connection.setLocalDescription(await this.connection.createOffer(options));
    // What is left in the description would need no candidates.
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

  /** Waits for the answer to an offer, applies it and adds what candidates come, now and later. */
  async acceptAnswer(offerId: string): Promise<void> {
    const answer = await this.hears((message) => message.event === "answer" && message.offerId === offerId);
    await this.connection.setRemoteDescription({ type: "answer", sdp: answer.sdp ?? "" });
    await this.#takeCandidates(answer);
  }

  /** Answers an offer that was heard, without sending it. */
  async answer(offer: RawMessage): Promise<string> {
    await this.connection.setRemoteDescription({ type: "offer", sdp: offer.sdp ?? "" });
    await this.connection.setLocalDescription();
    await this.#takeCandidates(offer);
    return this.connection.localDescription?.sdp ?? "";
  }

  /** The newest that fits, or the next. */
  async hears(fits: (message: RawMessage) => boolean): Promise<RawMessage> {
    const end = performance.now() + 20_000;
    for (;;) {
      const message = this.heard.findLast(fits);
      if (message !== undefined) return message;
      if (performance.now() > end)
        throw new Error(
          `Heard in vain: ${this.heard.map(({ event, offerId }) => `${event} ${offerId ?? ""}`).join(", ")}`,
        );
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  async #takeCandidates({ offerId }: RawMessage): Promise<void> {
    const add = async (message: RawMessage): Promise<void> => {
      if (message.candidate === undefined || message.offerId !== offerId) return;
      const { sdp, ...place } = message.candidate;
      await this.connection.addIceCandidate({ candidate: sdp, ...place });
    };
    this.#socket.on(
      "candidate",
      (payload: Omit<RawMessage, "event">) => void add({ event: "candidate", ...payload }).catch(() => undefined),
    );
    for (const message of this.heard.filter(({ event }) => event === "candidate"))
      await add(message).catch(() => undefined);
  }
}
