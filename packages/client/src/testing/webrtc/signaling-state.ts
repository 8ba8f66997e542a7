import { FakeTransceiver } from "./fake-transceiver.js";
import type { TransceiverOwner } from "./transceiver-owner.js";
import { invalidAccess, invalidModification, invalidState } from "./dom-errors.js";
import { reversed, sends, type Description, type DescriptionDraft, type Section } from "./sdp.js";
import { answerMisfit, answerSections, dataSection, isOutdated, misfit, sectionAgain, sectionOf } from "./sections.js";

export interface SignalingOwner {
  readonly fingerprint: string;
  readonly transceivers: TransceiverOwner;
  newUfrag(): string;
  /** Whether this end made this ICE generation. */
  isOwnUfrag(ufrag: string): boolean;
}

/**
 * The offer/answer state of one connection (RFC 9429 sections 3.2 and 5). It throws wherever a browser would reject,
 * and then nothing has changed.
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
  /** Whether this end is the DTLS client; undefined before the first answer. */
  isDtlsClient: boolean | undefined;
  readonly #owner: SignalingOwner;
  /** Chromium's offers lack the section for data once an offer that had it first was rolled back. */
  #dataForgotten = false;
  #mids = 0;
  /** The transceivers of mids in created offers, which may be set later. */
  readonly #offered = new Map<string, FakeTransceiver>();
  readonly #created = new Set<"offer" | "answer">();
  /** W3C [[LocalIceCredentialsToReplace]]. */
  readonly #toReplace = new Set<string>();
  /** The transceivers that were associated in the last stable state. */
  #associated = new Set<FakeTransceiver>();

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
    return this.currentLocal?.sections.some((section) => isData(section) && !section.rejected) === true;
  }

  restartIce(): void {
    for (const description of [this.currentLocal, this.pendingLocal])
      if (description !== undefined && description.ufrag !== "") this.#toReplace.add(description.ufrag);
  }

  createOffer(iceRestart: boolean): DescriptionDraft {
    if (this.signalingState !== "stable" && this.signalingState !== "have-local-offer")
      throw invalidState(`createOffer is not allowed in ${this.signalingState}`);
    const { local } = this;
    const sections = (local?.sections ?? []).map((section, line) => sectionAgain(this.transceivers, section, line));
    for (const transceiver of this.transceivers) {
      if (transceiver.line !== undefined || transceiver.stopping) continue;
      const mid = this.#newMid();
      this.#offered.set(mid, transceiver);
      sections.push(sectionOf(transceiver, mid));
    }
    if (this.usesData && !this.#dataForgotten && !sections.some(isData)) sections.push(dataSection(this.#newMid()));
    const kept = local !== undefined && !iceRestart && !this.#toReplace.has(local.ufrag) ? local.ufrag : undefined;
    return this.#describe("offer", kept, sections);
  }

  createAnswer(): DescriptionDraft {
    const offer = this.pendingRemote;
    if (this.signalingState !== "have-remote-offer" || offer === undefined)
      throw invalidState(`createAnswer is not allowed in ${this.signalingState}`);
    const sections = answerSections(this.transceivers, offer);
    // A new fragment in the offer is an ICE restart, so the answer needs a new one too (RFC 8839 section 4.4.1.1.1).
    const kept = offer.ufrag === this.currentRemote?.ufrag ? this.currentLocal?.ufrag : undefined;
    return this.#describe("answer", kept, sections);
  }

  /** Checks that a local description may be set, before its text is read. */
  checkLocalType(type: "offer" | "answer"): void {
    if (!this.#created.has(type)) throw invalidModification(`No ${type} was created.`);
    const isAllowed =
      type === "answer"
        ? this.signalingState === "have-remote-offer"
        : this.signalingState === "stable" || this.signalingState === "have-local-offer";
    if (!isAllowed) throw invalidState(`a local ${type} is not allowed in ${this.signalingState}`);
  }

  setLocal(description: Description): void {
    const { type, sections, ufrag, fingerprint } = description;
    this.checkLocalType(type);
    if (sections.length > 0 && (fingerprint !== this.#owner.fingerprint || !this.#owner.isOwnUfrag(ufrag)))
      throw invalidModification("The ICE credentials or the fingerprint are not those of this connection.");
    const offer = this.pendingRemote;
    const problem =
      type === "answer" ? answerMisfit(offer?.sections ?? [], sections) : misfit(this.local?.sections ?? [], sections);
    if (problem !== undefined) throw invalidAccess(problem);
    if (type === "answer") {
      this.#settle(description, offer, description);
      return;
    }
    for (const [line, { mid }] of sections.entries()) {
      const transceiver = this.#offered.get(mid);
      // The other end may have used the same mid since then.
      const isTaken = this.transceivers.some((one) => one.line === line);
      if (!isTaken && transceiver?.line === undefined) Object.assign(transceiver ?? {}, { line, mid });
    }
    this.pendingLocal = description;
    this.signalingState = "have-local-offer";
  }

  /** Checks that a remote description may be set. An open local offer does not prevent a remote one (rollback). */
  checkRemote({ type, sections, fingerprint }: Description): void {
    if ((this.currentRemote?.fingerprint ?? fingerprint) !== fingerprint)
      throw invalidAccess("The fingerprint has changed: the description is of another connection.");
    if (type === "answer" && (this.signalingState !== "have-local-offer" || this.pendingLocal === undefined))
      throw invalidState(`a remote answer is not allowed in ${this.signalingState}`);
    const problem =
      type === "answer"
        ? answerMisfit(this.pendingLocal?.sections ?? [], sections)
        : misfit(this.currentRemote?.sections ?? [], sections);
    if (problem !== undefined) throw invalidAccess(problem);
  }

  /** `checkRemote` has passed, and an open local offer was rolled back. */
  setRemote(description: Description): void {
    const offer = this.pendingLocal;
    if (description.type === "answer" && offer !== undefined) {
      this.#settle(offer, description, description);
      return;
    }
    description.sections.forEach((section, line) => {
      if (section.rejected) this.transceivers.find((one) => one.line === line)?.finish();
      else if (section.kind !== "application") this.#associate(section, line, section.kind);
    });
    this.pendingRemote = description;
    this.signalingState = "have-remote-offer";
  }

  /** Returns to the last stable state. Returns the transceivers that this removes. */
  rollback(): FakeTransceiver[] {
    if (this.pendingLocal === undefined && this.pendingRemote === undefined) throw invalidState("nothing to roll back");
    if (!this.hasData && this.pendingLocal?.sections.some(isData) === true) this.#dataForgotten = true;
    this.pendingLocal = this.pendingRemote = undefined;
    this.signalingState = "stable";
    const added = this.transceivers.filter((one) => !this.#associated.has(one));
    const removed = added.filter(({ byRemote, byAddTrack }) => byRemote && !byAddTrack);
    for (const transceiver of added) Object.assign(transceiver, { line: undefined, mid: null });
    this.transceivers = this.transceivers.filter((transceiver) => !removed.includes(transceiver));
    return removed;
  }

  /** W3C "check if negotiation is needed". */
  get needsNegotiation(): boolean {
    const { currentLocal: local, currentRemote: remote } = this;
    if (this.#toReplace.size > 0 || (this.usesData && !this.hasData)) return true;
    return this.transceivers.some((transceiver) => isOutdated(transceiver, local, remote));
  }

  #settle(local: Description, remote: Description | undefined, answer: Description): void {
    this.currentLocal = local;
    this.currentRemote = remote;
    this.pendingLocal = this.pendingRemote = undefined;
    this.signalingState = "stable";
    if (answer.setup !== "") this.isDtlsClient ??= answer.setup === (answer === local ? "active" : "passive");
    for (const transceiver of this.transceivers) {
      const section = transceiver.line === undefined ? undefined : answer.sections[transceiver.line];
      if (section?.rejected === true) transceiver.finish();
      if (section === undefined || transceiver.stopped) continue;
      const direction = answer === local ? section.direction : reversed(section.direction);
      transceiver.currentDirection = direction;
      if (sends(direction)) transceiver.hasSent = true;
      if (answer === local) transceiver.firedDirection = direction;
    }
    for (const transceiver of this.transceivers) if (transceiver.stopped) transceiver.mid = null;
    this.transceivers = this.transceivers.filter(({ stopped }) => !stopped);
    this.#associated = new Set(this.transceivers.filter(({ line }) => line !== undefined));
    if (!this.#toReplace.has(local.ufrag)) this.#toReplace.clear();
  }

  /** Associates an m-line of a remote offer with a transceiver (RFC 9429 section 5.10). */
  #associate({ mid, direction }: Section, line: number, kind: "audio" | "video"): void {
    if (this.transceivers.some((one) => one.line === line)) return;
    const sending = direction === "sendrecv" || direction === "recvonly";
    const free = this.transceivers.find(
      (one) => sending && one.line === undefined && one.byAddTrack && !one.stopping && one.kind === kind,
    );
    const transceiver = free ?? new FakeTransceiver(kind, { direction: "recvonly" }, this.#owner.transceivers);
    Object.assign(transceiver, { line, mid });
    if (free !== undefined) return;
    transceiver.byRemote = true;
    this.transceivers.push(transceiver);
  }

  #describe(type: "offer" | "answer", kept: string | undefined, sections: readonly Section[]): DescriptionDraft {
    this.#created.add(type);
    const { fingerprint } = this.#owner;
    // A description without sections has no credentials.
    const ufrag = kept === undefined || kept === "" ? this.#owner.newUfrag() : kept;
    return { type, ufrag, fingerprint, sections };
  }

  #newMid(): string {
    const descriptions = [this.currentLocal, this.currentRemote, this.pendingLocal, this.pendingRemote];
    const isUsed = (mid: string): boolean =>
      descriptions.some((description) => description?.sections.some((section) => section.mid === mid));
    while (isUsed(String(this.#mids))) this.#mids++;
    return String(this.#mids++);
  }
}

function isData({ kind }: Section): boolean {
  return kind === "application";
}
