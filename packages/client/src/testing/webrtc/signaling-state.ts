import { FakeTransceiver, type TransceiverOwner } from "./fake-transceiver.js";
import { invalidAccess, invalidState } from "./dom-errors.js";
import { reversed, sends, type Description, type Section } from "./sdp.js";
import { answerSections, dataSection, isOutdated, misfit, sectionAgain, sectionOf } from "./sections.js";

export interface SignalingOwner {
  readonly fingerprint: string;
  readonly transceivers: TransceiverOwner;
  newUfrag(): string;
}

interface Association {
  readonly line: number | undefined;
  readonly mid: string | null;
}

/**
 * The offer/answer state of one connection (RFC 9429 sections 3.2 and 5). It throws wherever a browser would reject.
 */
export class SignalingState {
  signalingState: RTCSignalingState = "stable";
  transceivers: FakeTransceiver[] = [];
  currentLocal: Description | undefined;
  currentRemote: Description | undefined;
  pendingLocal: Description | undefined;
  pendingRemote: Description | undefined;
  /** A data channel was created, so a section for it is required. */
  usesData = false;
  readonly #owner: SignalingOwner;
  #mids = 0;
  /** W3C [[LocalIceCredentialsToReplace]]. */
  readonly #toReplace = new Set<string>();
  /** The m-lines of the transceivers in the last stable state. */
  #associated = new Map<FakeTransceiver, Association>();

  constructor(owner: SignalingOwner) {
    this.#owner = owner;
  }

  get local(): Description | undefined {
    return this.pendingLocal ?? this.currentLocal;
  }

  get remote(): Description | undefined {
    return this.pendingRemote ?? this.currentRemote;
  }

  /** Whether both ends have agreed on a section for data channels. */
  get hasData(): boolean {
    return this.currentLocal?.sections.some(({ kind, rejected }) => kind === "application" && !rejected) === true;
  }

  restartIce(): void {
    for (const description of [this.currentLocal, this.pendingLocal])
      if (description !== undefined) this.#toReplace.add(description.ufrag);
  }

  createOffer(iceRestart: boolean): Description {
    if (this.signalingState !== "stable" && this.signalingState !== "have-local-offer")
      throw invalidState(`createOffer is not allowed in ${this.signalingState}`);
    const before = this.local;
    const sections = (before?.sections ?? []).map((section, line) => sectionAgain(this.transceivers, section, line));
    for (const transceiver of this.transceivers) {
      if (transceiver.line !== undefined || transceiver.stopping) continue;
      transceiver.offeredMid = this.#newMid();
      sections.push(sectionOf(transceiver, transceiver.offeredMid));
    }
    if (this.usesData && !sections.some(({ kind }) => kind === "application"))
      sections.push(dataSection(this.#newMid()));
    const kept = before !== undefined && !iceRestart && !this.#toReplace.has(before.ufrag) ? before.ufrag : undefined;
    return this.#describe("offer", kept ?? this.#owner.newUfrag(), sections);
  }

  createAnswer(): Description {
    const offer = this.pendingRemote;
    if (this.signalingState !== "have-remote-offer" || offer === undefined)
      throw invalidState(`createAnswer is not allowed in ${this.signalingState}`);
    const sections = answerSections(this.transceivers, offer);
    // A new fragment in the offer is an ICE restart, so the answer needs a new one too (RFC 8839 section 4.4.1.1.1).
    const kept = offer.ufrag === this.currentRemote?.ufrag ? this.currentLocal?.ufrag : undefined;
    return this.#describe("answer", kept ?? this.#owner.newUfrag(), sections);
  }

  setLocal(description: Description): void {
    if (description.type === "answer") {
      if (this.signalingState !== "have-remote-offer")
        throw invalidState(`a local answer is not allowed in ${this.signalingState}`);
      this.#settle(description, this.pendingRemote, description);
      return;
    }
    if (this.signalingState !== "stable" && this.signalingState !== "have-local-offer")
      throw invalidState(`a local offer is not allowed in ${this.signalingState}`);
    description.sections.forEach(({ mid }, line) => {
      const transceiver = this.transceivers.find((one) => one.line === undefined && one.offeredMid === mid);
      if (transceiver !== undefined) Object.assign(transceiver, { line, mid });
    });
    this.pendingLocal = description;
    this.signalingState = "have-local-offer";
  }

  /** An open local offer must be rolled back first. */
  setRemote(description: Description): void {
    const { fingerprint } = this.currentRemote ?? description;
    if (fingerprint !== description.fingerprint)
      throw invalidAccess("The fingerprint has changed: the description is of another connection.");
    if (description.type === "answer") {
      this.#setAnswer(description);
      return;
    }
    if (this.signalingState !== "stable" && this.signalingState !== "have-remote-offer")
      throw invalidState(`a remote offer is not allowed in ${this.signalingState}`);
    const problem = misfit(this.currentRemote?.sections ?? [], description.sections);
    if (problem !== undefined) throw invalidAccess(problem);
    description.sections.forEach((section, line) => {
      if (section.kind !== "application" && !section.rejected) this.#associate(section, line, section.kind);
    });
    this.pendingRemote = description;
    this.signalingState = "have-remote-offer";
  }

  /** Returns to the last stable state. Returns the transceivers that this removes. */
  rollback(): FakeTransceiver[] {
    if (this.pendingLocal === undefined && this.pendingRemote === undefined) throw invalidState("nothing to roll back");
    this.pendingLocal = this.pendingRemote = undefined;
    this.signalingState = "stable";
    const removed: FakeTransceiver[] = [];
    const associated = new Set(this.#associated.keys());
    for (const transceiver of this.transceivers) {
      const before = this.#associated.get(transceiver);
      transceiver.offeredMid = undefined;
      if (before === undefined && transceiver.byRemote && !transceiver.byAddTrack) removed.push(transceiver);
      else if (!associated.has(transceiver)) Object.assign(transceiver, { line: undefined, mid: null });
    }
    this.transceivers = this.transceivers.filter((transceiver) => !removed.includes(transceiver));
    return removed;
  }

  /** W3C "check if negotiation is needed". */
  get needsNegotiation(): boolean {
    const { currentLocal: local, currentRemote: remote } = this;
    if (this.#toReplace.size > 0 || (this.usesData && !this.hasData)) return true;
    return this.transceivers.some((transceiver) => isOutdated(transceiver, local, remote));
  }

  #setAnswer(answer: Description): void {
    const offer = this.pendingLocal;
    if (this.signalingState !== "have-local-offer" || offer === undefined)
      throw invalidState(`a remote answer is not allowed in ${this.signalingState}`);
    const problem =
      answer.sections.length === offer.sections.length
        ? misfit(offer.sections, answer.sections)
        : "The number of m-lines differs from the offer.";
    if (problem !== undefined) throw invalidAccess(problem);
    this.#settle(offer, answer, answer);
  }

  #settle(local: Description, remote: Description | undefined, answer: Description): void {
    this.currentLocal = local;
    this.currentRemote = remote;
    this.pendingLocal = this.pendingRemote = undefined;
    this.signalingState = "stable";
    for (const transceiver of this.transceivers) {
      const section = transceiver.line === undefined ? undefined : answer.sections[transceiver.line];
      if (section === undefined) continue;
      const direction = answer === local ? section.direction : reversed(section.direction);
      if (section.rejected) transceiver.finish();
      else transceiver.currentDirection = direction;
      if (sends(direction)) transceiver.hasSent = true;
      if (answer === local) transceiver.firedDirection = direction;
    }
    this.transceivers = this.transceivers.filter(({ stopped }) => !stopped);
    this.#associated = new Map(
      this.transceivers.flatMap((one) => (one.line === undefined ? [] : [[one, { line: one.line, mid: one.mid }]])),
    );
    if (!this.#toReplace.has(local.ufrag)) this.#toReplace.clear();
  }

  /** Associates an m-line of a remote offer with a transceiver (RFC 9429 section 5.10). */
  #associate({ mid, direction }: Section, line: number, kind: "audio" | "video"): void {
    if (this.transceivers.some((one) => one.line === line)) return;
    const sending = direction === "sendrecv" || direction === "recvonly";
    const free = this.transceivers.find(
      (one) => sending && one.line === undefined && one.byAddTrack && !one.stopping && one.kind === kind,
    );
    if (free === undefined)
      this.transceivers.push(
        Object.assign(new FakeTransceiver(kind, { direction: "recvonly" }, this.#owner.transceivers), {
          line,
          mid,
          byRemote: true,
        }),
      );
    else Object.assign(free, { line, mid });
  }

  #describe(type: "offer" | "answer", ufrag: string, sections: readonly Section[]): Description {
    return { type, ufrag, fingerprint: this.#owner.fingerprint, sections, candidates: [], ended: false };
  }

  #newMid(): string {
    const descriptions = [this.currentLocal, this.currentRemote, this.pendingLocal, this.pendingRemote];
    const isUsed = (mid: string): boolean =>
      descriptions.some((description) => description?.sections.some((section) => section.mid === mid));
    while (isUsed(String(this.#mids))) this.#mids++;
    return String(this.#mids++);
  }
}
