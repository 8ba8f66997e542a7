import { type Candidate, type ServerPayload, type ToDevice } from "@sig/protocol";
import { type Clock } from "../clock.js";
import { HeldOffer } from "./held-offer.js";
import { readSections } from "./sdp-sections.js";

/** How offers are sent to a device. */
export interface ViewerSettings {
  /** Whether each offer waits for its candidates. */
  readonly gather: boolean;
  readonly gatherTimeoutMs: number;
  /** Code units of an offer with its candidates. */
  readonly maxSdp: number;
  readonly clock: Clock;
}

/** Milliseconds that an offer which came with candidates waits for more: a peer that gathers first sends none. */
const settleMs = 200;

/**
 * One peer that has sent the device an offer: what the device receives from it, and the offer that the device answers.
 */
export class Viewer {
  readonly id: string;
  /** The id of the offer that the device received last; absent if its sender gave none. */
  offerId: string | undefined;
  readonly #settings: ViewerSettings;
  readonly #send: (message: ToDevice) => void;
  #mids: (string | undefined)[] = [];
  #latestOfferId: string | undefined;
  #held: HeldOffer | undefined;
  #deadline = 0;
  #cancelTimer = (): void => undefined;

  constructor(id: string, settings: ViewerSettings, send: (message: ToDevice) => void) {
    this.id = id;
    this.#settings = settings;
    this.#send = send;
  }

  /** A new offer replaces one that is still held. An offer that is sent again is ignored. */
  onOffer({ sdp, offerId }: ServerPayload<"offer">): void {
    if (offerId !== undefined && offerId === this.#latestOfferId) return;
    this.dropOffer();
    this.#latestOfferId = offerId;
    // Copied, since a substring keeps the whole string in memory.
    this.#mids = structuredClone(readSections(sdp).media.map(({ mid }) => mid));
    const { gather, gatherTimeoutMs, maxSdp, clock } = this.#settings;
    if (!gather) {
      this.#sendOffer(sdp);
      return;
    }
    this.#held = new HeldOffer(sdp, maxSdp);
    this.#deadline = clock.now() + gatherTimeoutMs;
    this.#wait(this.#held.cameWithCandidates ? Math.min(settleMs, gatherTimeoutMs) : gatherTimeoutMs);
  }

  onCandidate({ candidate, offerId }: ServerPayload<"candidate">): void {
    if (offerId !== undefined && this.#latestOfferId !== undefined && offerId !== this.#latestOfferId) return;
    const { gather, clock } = this.#settings;
    if (this.#held !== undefined) {
      this.#held.add(candidate);
      // The peer trickles, so more candidates may follow.
      this.#wait(this.#deadline - clock.now());
    } else if (!gather) {
      const { sdpMid, sdpMLineIndex } = this.#sectionOf(candidate);
      this.#send({
        candidate: candidate.sdp.replace(/^a=/, ""),
        sdpMLineIndex,
        sdpMid,
        from: this.id,
        ...(offerId !== undefined && { offerId }),
      });
    }
  }

  /** The name of a media section, for a candidate of the device that has only an index. */
  midAt(index: number): string | undefined {
    return this.#mids[index];
  }

  /** Drops the offer that is held. */
  dropOffer(): void {
    this.#cancelTimer();
    this.#held = undefined;
  }

  #wait(delayMs: number): void {
    this.#cancelTimer();
    const held = this.#held;
    if (held === undefined) return;
    if (held.complete || delayMs <= 0) {
      this.dropOffer();
      this.#sendOffer(held.text());
      return;
    }
    this.#cancelTimer = this.#settings.clock.after(delayMs, () => this.#wait(0));
  }

  #sendOffer(sdp: string): void {
    this.offerId = this.#latestOfferId;
    this.#send({ type: "offer", sdp, from: this.id, ...(this.offerId !== undefined && { offerId: this.offerId }) });
  }

  /** Both the name and the index of a section, whichever its sender gave: a device may know only one of them. */
  #sectionOf({ sdpMid, sdpMLineIndex }: Candidate): { sdpMid: string | null; sdpMLineIndex: number } {
    const named = sdpMid == null ? -1 : this.#mids.indexOf(sdpMid);
    const index = sdpMLineIndex == null ? Math.max(named, 0) : Number(sdpMLineIndex);
    return { sdpMid: sdpMid ?? this.midAt(index) ?? null, sdpMLineIndex: index };
  }
}
