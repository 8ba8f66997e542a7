import { type Candidate, type ServerPayload, type ToDevice } from "@sig/protocol";
import { readSections } from "./sdp-sections.js";
import { HeldOffer } from "./trickle-bridge.js";

/** How offers are brought to a device. */
export interface ViewerRules {
  /** Whether each offer waits for its candidates. */
  readonly gather: boolean;
  readonly gatherTimeoutMs: number;
  /** Code units of a whole offer. */
  readonly maxSdp: number;
}

/** How long an offer that came with candidates waits for more: who gathers first sends none. */
const settleMs = 200;

/** One peer that has made the device an offer: what the device is told of it, and which offer its answers are to. */
export class Viewer {
  readonly id: string;
  /** The offer that the device was given last; absent where its sender names none. */
  offerId: string | undefined;
  readonly #rules: ViewerRules;
  readonly #tell: (message: ToDevice) => void;
  #mids: (string | undefined)[] = [];
  #expected: string | undefined;
  #held: HeldOffer | undefined;
  #deadline = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(id: string, rules: ViewerRules, tell: (message: ToDevice) => void) {
    this.id = id;
    this.#rules = rules;
    this.#tell = tell;
  }

  /** A new offer takes the place of one that is still held. One that was heard already, said again, is the same one. */
  offer({ sdp, offerId }: ServerPayload<"offer">): void {
    if (offerId !== undefined && offerId === this.#expected) return;
    this.stop();
    this.#expected = offerId;
    // Copied, since a part of a text keeps the whole of it in memory.
    this.#mids = structuredClone(readSections(sdp).media.map(({ mid }) => mid));
    if (!this.#rules.gather) {
      this.#deliver(sdp);
      return;
    }
    const { gatherTimeoutMs, maxSdp } = this.#rules;
    this.#held = new HeldOffer(sdp, maxSdp);
    this.#deadline = performance.now() + gatherTimeoutMs;
    this.#wait(this.#held.broughtCandidates ? Math.min(settleMs, gatherTimeoutMs) : gatherTimeoutMs);
  }

  candidate({ candidate, offerId }: ServerPayload<"candidate">): void {
    if (offerId !== undefined && this.#expected !== undefined && offerId !== this.#expected) return;
    if (this.#held !== undefined) {
      this.#held.add(candidate);
      // Its sender does trickle.
      this.#wait(this.#deadline - performance.now());
    } else if (!this.#rules.gather) {
      const { sdpMid, sdpMLineIndex } = this.#place(candidate);
      this.#tell({
        candidate: candidate.sdp.replace(/^a=/, ""),
        sdpMLineIndex,
        sdpMid,
        from: this.id,
        ...(offerId !== undefined && { offerId }),
      });
    }
  }

  /** The name of a media section, for a candidate of the device's that says only its place. */
  midAt(index: number): string | undefined {
    return this.#mids[index];
  }

  /** Holds nothing any more. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#held = undefined;
  }

  #wait(delayMs: number): void {
    clearTimeout(this.#timer);
    const held = this.#held;
    if (held === undefined) return;
    if (held.complete || delayMs <= 0) {
      this.stop();
      this.#deliver(held.text());
      return;
    }
    this.#timer = setTimeout(() => this.#wait(0), delayMs);
    this.#timer.unref();
  }

  #deliver(sdp: string): void {
    this.offerId = this.#expected;
    this.#tell({ type: "offer", sdp, from: this.id, ...(this.offerId !== undefined && { offerId: this.offerId }) });
  }

  /** Both the name and the place of a section, whichever its sender has said: a device may know only one of them. */
  #place({ sdpMid, sdpMLineIndex }: Candidate): { sdpMid: string | null; sdpMLineIndex: number } {
    const named = sdpMid == null ? -1 : this.#mids.indexOf(sdpMid);
    const index = sdpMLineIndex == null ? Math.max(named, 0) : Number(sdpMLineIndex);
    return { sdpMid: sdpMid ?? this.midAt(index) ?? null, sdpMLineIndex: index };
  }
}
