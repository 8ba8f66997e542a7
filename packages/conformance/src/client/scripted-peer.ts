import { isKeyedPeerId, isPolite } from "@sig/protocol";
import { Actor } from "../actor.js";
import { Fault } from "../rule.js";
import type { Guest, Said } from "./guest.js";
import { answerTo, candidateLine, firstOffer, newIdentity, offerAgain, setupAgainst, type Setup } from "./sdp.js";

/** The SDP text of a message in either dialect; empty where there is none. */
export function sdpOf({ payload: { sdp } }: Said): string {
  if (typeof sdp === "string") return sdp;
  return typeof sdp === "object" && sdp !== null && "sdp" in sdp && typeof sdp.sdp === "string" ? sdp.sdp : "";
}

const fingerprintOf = (sdp: string): string => /a=fingerprint:(.*)/.exec(sdp)?.[1]?.trim() ?? "";

/** What a peer of the kit's says when it joins. */
export interface PeerFields {
  /** Absent: a new one. `null`: none. */
  readonly key?: string | null;
  readonly capabilities?: { readonly trickle?: boolean; readonly renegotiate?: boolean };
}

interface Offered {
  readonly sdp: string;
  readonly offerId: string;
}

/** A peer of the kit's in the room of the client under test: it answers every offer, and offers when it is told to. */
export class ScriptedPeer {
  readonly actor: Actor;
  readonly room: string;
  readonly #guest: Guest;
  #identity = newIdentity();
  /** Its description that stands, once there is one. */
  #own = "";
  /** What it has offered and waits for the answer to. */
  #open: Offered | undefined;
  #offers = 0;
  /** The id of the client that all of this is about: one that has come back with another is somebody new. */
  #partner: string;
  /** The client's certificate, and which end of DTLS this one is: both stay for as long as a connection does (RFC 8842). */
  #association: { readonly fingerprint: string; readonly setup: Setup } | undefined;

  private constructor(actor: Actor, room: string, guest: Guest) {
    this.actor = actor;
    this.room = room;
    this.#guest = guest;
    this.#partner = guest.id;
    actor.socket.on("offer", ({ sdp, offerId }: { sdp: string; offerId?: string }) => this.#answer(sdp, offerId));
  }

  static async join(url: string, room: string, guest: Guest, fields: PeerFields = {}): Promise<ScriptedPeer> {
    const actor = await Actor.connect(url, 2_000);
    const peer = new ScriptedPeer(actor, room, guest);
    await actor.join(room, { ...fields });
    return peer;
  }

  get id(): string {
    return this.actor.id;
  }

  /** Offers, and waits for the answer. A keyed peer names the exchange; a new connection has another certificate. */
  async offer({
    newConnection = false,
    write = (sdp: string) => sdp,
  }: { newConnection?: boolean; write?: (sdp: string) => string } = {}): Promise<{ offered: Offered; answer: Said }> {
    if (newConnection || this.#partner !== this.#guest.id) this.#renew();
    return this.say(this.#next(write));
  }

  /** Says an offer, once more perhaps, and waits for its answer. In glare the offer that is answered in the end may be another one. */
  async say(offer: Offered): Promise<{ offered: Offered; answer: Said }> {
    const mark = this.#guest.mark();
    const named = this.actor.key !== undefined;
    this.#send((this.#open = offer));
    try {
      const isAnswer = ({ event, payload }: Said): boolean => event === "answer" && payload.to === this.id;
      const mine = (said: Said): boolean =>
        isAnswer(said) &&
        (!named || said.payload.offerId === undefined || said.payload.offerId === this.#open?.offerId);
      const answer = await this.#guest
        .next(`an answer to the offer of ${this.id}`, mark, mine)
        .catch((cause: unknown) => {
          const other = this.#guest.said.slice(mark).find(isAnswer);
          throw other === undefined
            ? cause
            : new Fault(
                `an answer with the \`offerId\` of the offer, '${this.#open?.offerId ?? ""}'`,
                `one with ${JSON.stringify(other.payload.offerId)}`,
              );
        });
      const sdp = sdpOf(answer);
      this.#association ??= { fingerprint: fingerprintOf(sdp), setup: setupAgainst(sdp) };
      const offered = this.#open;
      if (this.#own === "") this.#own = offered.sdp;
      return { offered, answer };
    } finally {
      this.#open = undefined;
    }
  }

  send(event: string, payload: object): void {
    this.actor.send(event, { room: this.room, to: this.#guest.id, ...payload });
  }

  close(): void {
    this.actor.close();
  }

  #next(write = (sdp: string) => sdp): Offered {
    const sdp = write(this.#own === "" ? firstOffer(this.#identity) : offerAgain(this.#own, this.#identity));
    return { sdp, offerId: `kit-${this.id.slice(0, 6)}-${String((this.#offers += 1))}` };
  }

  /** From here on it is another connection. */
  #renew(): void {
    [this.#identity, this.#own, this.#association, this.#partner] = [newIdentity(), "", undefined, this.#guest.id];
  }

  #send({ sdp, offerId }: Offered): void {
    this.send("offer", { sdp, ...(this.actor.key !== undefined && { offerId }) });
  }

  /** In glare as the protocol has it: who is impolite ignores the other's offer, who is polite answers it and makes a new one. */
  #answer(sdp: string, offerId: string | undefined): void {
    const yields =
      this.actor.key !== undefined &&
      (!isKeyedPeerId(this.#guest.id) || this.#guest.cannot("rollback") || isPolite(this.id, this.#guest.id));
    if (this.#open !== undefined && !yields) return;
    const fingerprint = fingerprintOf(sdp);
    // One without a certificate says nothing of another connection.
    const isNew =
      fingerprint !== "" && this.#association !== undefined && this.#association.fingerprint !== fingerprint;
    if (isNew || this.#partner !== this.#guest.id) this.#renew();
    this.#association ??= { fingerprint, setup: setupAgainst(sdp) };
    this.#own = answerTo(sdp, this.#identity, this.#association.setup);
    this.send("answer", { sdp: this.#own, ...(offerId !== undefined && { offerId }) });
    this.send("candidate", {
      candidate: { sdpMid: "0", sdpMLineIndex: 0, sdp: candidateLine },
      ...(offerId !== undefined && { offerId }),
    });
    if (this.#open !== undefined) this.#send((this.#open = this.#next()));
  }
}
