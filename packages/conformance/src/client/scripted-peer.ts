import { isKeyedPeerId, isPolite } from "@sig/protocol";
import { KitClient } from "../kit-client.js";
import { RuleViolation } from "../rule.js";
import { connectBySocketIo } from "../socket-io-connection.js";
import type { ClientUnderTest, SentEvent } from "./client-under-test.js";
import { answerTo, candidateLine, firstOffer, newIdentity, offerAgain, setupAgainst, type Setup } from "./sdp.js";

/** The SDP of an offer or answer in either dialect; empty if it has none. */
export function sdpOf({ payload: { sdp } }: SentEvent): string {
  if (typeof sdp === "string") return sdp;
  return typeof sdp === "object" && sdp !== null && "sdp" in sdp && typeof sdp.sdp === "string" ? sdp.sdp : "";
}

const fingerprintOf = (sdp: string): string => /a=fingerprint:(.*)/.exec(sdp)?.[1]?.trim() ?? "";

/** What a peer of the kit joins with. */
export interface PeerFields {
  /** Absent: a new one. `null`: none. */
  readonly key?: string | null;
  readonly capabilities?: { readonly trickle?: boolean; readonly renegotiate?: boolean };
}

interface SentOffer {
  readonly sdp: string;
  readonly offerId: string;
}

/**
 * A peer of the kit in the room of the client under test. It answers every offer, and makes offers when a rule asks for
 * one.
 */
export class ScriptedPeer {
  readonly client: KitClient;
  readonly room: string;
  readonly #underTest: ClientUnderTest;
  #identity = newIdentity();
  /** Its current description; empty before the first. */
  #description = "";
  /** Its offer that is not answered yet. */
  #pendingOffer: SentOffer | undefined;
  #offers = 0;
  /** The id of the client that this state belongs to: a client that returns under another id is a new peer. */
  #remoteId: string;
  /** The client's certificate, and our DTLS role: both are fixed for the life of a connection (RFC 8842). */
  #association: { readonly fingerprint: string; readonly setup: Setup } | undefined;

  private constructor(client: KitClient, room: string, underTest: ClientUnderTest) {
    this.client = client;
    this.room = room;
    this.#underTest = underTest;
    this.#remoteId = underTest.id;
  }

  static async join(
    url: string,
    room: string,
    underTest: ClientUnderTest,
    fields: PeerFields = {},
  ): Promise<ScriptedPeer> {
    const client = await KitClient.connect(connectBySocketIo(url), 2_000, {
      onEvent: ({ event, payload }) => {
        if (event === "offer") peer.#answer(payload as { sdp: string; offerId?: string });
      },
    });
    const peer = new ScriptedPeer(client, room, underTest);
    await client.join(room, { ...fields });
    return peer;
  }

  get id(): string {
    return this.client.id;
  }

  /**
   * Sends an offer, and waits for the answer. A peer with a key adds an `offerId`; a new connection has a new
   * certificate.
   */
  async offer({
    newConnection = false,
    write = (sdp: string) => sdp,
  }: { newConnection?: boolean; write?: (sdp: string) => string } = {}): Promise<{
    offer: SentOffer;
    answer: SentEvent;
  }> {
    if (newConnection || this.#remoteId !== this.#underTest.id) this.#reset();
    return this.sendOffer(this.#nextOffer(write));
  }

  /** Sends an offer, new or repeated, and waits for its answer. After glare, the answered offer may be a later one. */
  async sendOffer(offer: SentOffer): Promise<{ offer: SentOffer; answer: SentEvent }> {
    const mark = this.#underTest.mark();
    const hasOfferIds = this.client.key !== undefined;
    this.#send((this.#pendingOffer = offer));
    try {
      const isAnswer = ({ event, payload }: SentEvent): boolean => event === "answer" && payload.to === this.id;
      const isOurs = (sent: SentEvent): boolean =>
        isAnswer(sent) &&
        (!hasOfferIds || sent.payload.offerId === undefined || sent.payload.offerId === this.#pendingOffer?.offerId);
      const answer = await this.#underTest
        .next(`an answer to the offer of ${this.id}`, mark, isOurs)
        .catch((error: unknown) => {
          const other = this.#underTest.sent.slice(mark).find(isAnswer);
          throw other === undefined
            ? error
            : new RuleViolation(
                `an answer with the \`offerId\` of the offer, '${this.#pendingOffer?.offerId ?? ""}'`,
                `one with ${JSON.stringify(other.payload.offerId)}`,
              );
        });
      const sdp = sdpOf(answer);
      this.#association ??= { fingerprint: fingerprintOf(sdp), setup: setupAgainst(sdp) };
      const answered = this.#pendingOffer;
      if (this.#description === "") this.#description = answered.sdp;
      return { offer: answered, answer };
    } finally {
      this.#pendingOffer = undefined;
    }
  }

  send(event: string, payload: object): void {
    this.client.send(event, { room: this.room, to: this.#underTest.id, ...payload });
  }

  close(): void {
    this.client.close();
  }

  #nextOffer(write = (sdp: string) => sdp): SentOffer {
    const sdp = write(
      this.#description === "" ? firstOffer(this.#identity) : offerAgain(this.#description, this.#identity),
    );
    return { sdp, offerId: `kit-${this.id.slice(0, 6)}-${String((this.#offers += 1))}` };
  }

  /** Starts a new connection. */
  #reset(): void {
    this.#identity = newIdentity();
    this.#description = "";
    this.#association = undefined;
    this.#remoteId = this.#underTest.id;
  }

  #send({ sdp, offerId }: SentOffer): void {
    this.send("offer", { sdp, ...(this.client.key !== undefined && { offerId }) });
  }

  /**
   * Glare as the protocol resolves it: an impolite peer ignores the offer, a polite one answers it and makes a new one.
   */
  #answer({ sdp, offerId }: { sdp: string; offerId?: string }): void {
    const isPoliteHere =
      this.client.key !== undefined &&
      (!isKeyedPeerId(this.#underTest.id) ||
        this.#underTest.cannot("rollback") ||
        isPolite(this.id, this.#underTest.id));
    if (this.#pendingOffer !== undefined && !isPoliteHere) return;
    const fingerprint = fingerprintOf(sdp);
    // An offer without a certificate is not evidence of a new connection.
    const isNew =
      fingerprint !== "" && this.#association !== undefined && this.#association.fingerprint !== fingerprint;
    if (isNew || this.#remoteId !== this.#underTest.id) this.#reset();
    this.#association ??= { fingerprint, setup: setupAgainst(sdp) };
    this.#description = answerTo(sdp, this.#identity, this.#association.setup);
    this.send("answer", { sdp: this.#description, ...(offerId !== undefined && { offerId }) });
    this.send("candidate", {
      candidate: { sdpMid: "0", sdpMLineIndex: 0, sdp: candidateLine },
      ...(offerId !== undefined && { offerId }),
    });
    if (this.#pendingOffer !== undefined) this.#send((this.#pendingOffer = this.#nextOffer()));
  }
}
