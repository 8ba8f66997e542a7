import { FakeTransceiver, type TransceiverHost } from "./fake-transceiver.js";
import { common, directionOf, reversed, sends, type Description, type Section } from "./sdp.js";

export interface SessionHost {
  readonly fingerprint: string;
  readonly transceivers: TransceiverHost;
  newUfrag(): string;
}

interface Association {
  readonly line: number | undefined;
  readonly mid: string | null;
}

/** Where offer/answer of one connection stands (RFC 9429 section 3.2 and 5). Whatever a browser would reject throws. */
export class Session {
  signalingState: RTCSignalingState = "stable";
  transceivers: FakeTransceiver[] = [];
  currentLocal: Description | undefined;
  currentRemote: Description | undefined;
  pendingLocal: Description | undefined;
  pendingRemote: Description | undefined;
  /** A data channel was made, so that there has to be a section for it. */
  usesData = false;
  readonly #host: SessionHost;
  #mids = 0;
  /** W3C [[LocalIceCredentialsToReplace]]. */
  readonly #toReplace = new Set<string>();
  /** Which transceivers had which m-lines in the last stable state. */
  #associated = new Map<FakeTransceiver, Association>();

  constructor(host: SessionHost) {
    this.#host = host;
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
      throw wrongState(`an offer cannot be made in ${this.signalingState}`);
    const before = this.local;
    const sections = (before?.sections ?? []).map((section, line) => this.#offerAgain(section, line));
    for (const transceiver of this.transceivers) {
      if (transceiver.line !== undefined || transceiver.stopping) continue;
      transceiver.offeredMid = this.#newMid();
      sections.push(sectionOf(transceiver, transceiver.offeredMid));
    }
    if (this.usesData && !sections.some(({ kind }) => kind === "application"))
      sections.push(dataSection(this.#newMid()));
    const kept = before !== undefined && !iceRestart && !this.#toReplace.has(before.ufrag) ? before.ufrag : undefined;
    return this.#describe("offer", kept ?? this.#host.newUfrag(), sections);
  }

  createAnswer(): Description {
    const offer = this.pendingRemote;
    if (this.signalingState !== "have-remote-offer" || offer === undefined)
      throw wrongState(`an answer cannot be made in ${this.signalingState}`);
    const sections = offer.sections.map((section, line): Section => {
      const transceiver = this.transceivers.find((one) => one.line === line);
      if (section.kind === "application") return dataSection(section.mid, section.rejected);
      if (transceiver === undefined || transceiver.stopping || section.rejected) return rejectedSection(section);
      const direction = common(transceiver.wanted, reversed(section.direction));
      return { ...sectionOf(transceiver, section.mid), direction };
    });
    // A new fragment of theirs is a restart, and an answer to it has a new one of ours (RFC 8839 section 4.4.1.1.1).
    const kept = offer.ufrag === this.currentRemote?.ufrag ? this.currentLocal?.ufrag : undefined;
    return this.#describe("answer", kept ?? this.#host.newUfrag(), sections);
  }

  setLocal(description: Description): void {
    if (description.type === "answer") {
      if (this.signalingState !== "have-remote-offer")
        throw wrongState(`a local answer does not fit ${this.signalingState}`);
      this.#settle(description, this.pendingRemote, description);
      return;
    }
    if (this.signalingState !== "stable" && this.signalingState !== "have-local-offer")
      throw wrongState(`a local offer does not fit ${this.signalingState}`);
    description.sections.forEach(({ mid }, line) => {
      const transceiver = this.transceivers.find((one) => one.line === undefined && one.offeredMid === mid);
      if (transceiver !== undefined) Object.assign(transceiver, { line, mid });
    });
    this.pendingLocal = description;
    this.signalingState = "have-local-offer";
  }

  /** A local offer that is open has to be rolled back before a remote one is set. */
  setRemote(description: Description): void {
    const { fingerprint } = this.currentRemote ?? description;
    if (fingerprint !== description.fingerprint)
      throw invalidAccess("The fingerprint is another: that is another connection.");
    if (description.type === "answer") {
      this.#setAnswer(description);
      return;
    }
    if (this.signalingState !== "stable" && this.signalingState !== "have-remote-offer")
      throw wrongState(`a remote offer does not fit ${this.signalingState}`);
    const wrong = misfit(this.currentRemote?.sections ?? [], description.sections);
    if (wrong !== undefined) throw invalidAccess(wrong);
    description.sections.forEach((section, line) => {
      if (section.kind !== "application" && !section.rejected) this.#associate(section, line, section.kind);
    });
    this.pendingRemote = description;
    this.signalingState = "have-remote-offer";
  }

  /** Back to the last stable state; the transceivers that are gone with it. */
  rollback(): FakeTransceiver[] {
    if (this.pendingLocal === undefined && this.pendingRemote === undefined)
      throw wrongState("there is nothing to roll back");
    this.pendingLocal = this.pendingRemote = undefined;
    this.signalingState = "stable";
    const gone: FakeTransceiver[] = [];
    const made = new Set(this.#associated.keys());
    for (const transceiver of this.transceivers) {
      const before = this.#associated.get(transceiver);
      transceiver.offeredMid = undefined;
      if (before === undefined && transceiver.byRemote && !transceiver.byAddTrack) gone.push(transceiver);
      else if (!made.has(transceiver)) Object.assign(transceiver, { line: undefined, mid: null });
    }
    this.transceivers = this.transceivers.filter((transceiver) => !gone.includes(transceiver));
    return gone;
  }

  /** W3C "check if negotiation is needed". */
  get needsNegotiation(): boolean {
    const { currentLocal: local, currentRemote: remote } = this;
    if (this.#toReplace.size > 0) return true;
    if (this.usesData && !this.hasData) return true;
    return this.transceivers.some(({ line, stopping, wanted, sender }) => {
      if (stopping) return true;
      const ours = line === undefined ? undefined : local?.sections[line];
      const theirs = line === undefined ? undefined : remote?.sections[line];
      if (ours === undefined || theirs === undefined) return true;
      if (sends(wanted) && (!sends(ours.direction) || ours.streams.join(" ") !== sender.streams.join(" "))) {
        // Without a line that says what is sent, or with another one, it has to be said.
        return true;
      }
      const offered = reversed(theirs.direction);
      if (local?.type === "offer") return wanted !== ours.direction && wanted !== offered;
      return common(wanted, offered) !== ours.direction;
    });
  }

  #setAnswer(answer: Description): void {
    const offer = this.pendingLocal;
    if (this.signalingState !== "have-local-offer" || offer === undefined)
      throw wrongState(`a remote answer does not fit ${this.signalingState}`);
    const wrong =
      answer.sections.length === offer.sections.length
        ? misfit(offer.sections, answer.sections)
        : "The answer has not as many m-lines as the offer.";
    if (wrong !== undefined) throw invalidAccess(wrong);
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

  /** Gives an m-line of a remote offer its transceiver (RFC 9429 section 5.10). */
  #associate({ mid, direction }: Section, line: number, kind: "audio" | "video"): void {
    if (this.transceivers.some((one) => one.line === line)) return;
    const sending = direction === "sendrecv" || direction === "recvonly";
    const free = this.transceivers.find(
      (one) => sending && one.line === undefined && one.byAddTrack && !one.stopping && one.kind === kind,
    );
    if (free === undefined)
      this.transceivers.push(
        Object.assign(new FakeTransceiver(kind, { direction: "recvonly" }, this.#host.transceivers), {
          line,
          mid,
          byRemote: true,
        }),
      );
    else Object.assign(free, { line, mid });
  }

  #offerAgain(section: Section, line: number): Section {
    if (section.kind === "application") return section;
    const transceiver = this.transceivers.find((one) => one.line === line);
    return transceiver === undefined || transceiver.stopping
      ? rejectedSection(section)
      : sectionOf(transceiver, section.mid);
  }

  #describe(type: "offer" | "answer", ufrag: string, sections: readonly Section[]): Description {
    return { type, ufrag, fingerprint: this.#host.fingerprint, sections, candidates: [], ended: false };
  }

  #newMid(): string {
    const descriptions = [this.currentLocal, this.currentRemote, this.pendingLocal, this.pendingRemote];
    const isUsed = (mid: string): boolean =>
      descriptions.some((description) => description?.sections.some((section) => section.mid === mid));
    while (isUsed(String(this.#mids))) this.#mids++;
    return String(this.#mids++);
  }
}

function sectionOf({ kind, wanted, sender }: FakeTransceiver, mid: string): Section {
  return { kind, mid, direction: wanted, streams: sends(wanted) ? sender.streams : [], rejected: false };
}

function rejectedSection({ kind, mid }: Section): Section {
  return { kind, mid, direction: directionOf(false, false), streams: [], rejected: true };
}

function dataSection(mid: string, rejected = false): Section {
  return { kind: "application", mid, direction: "sendrecv", streams: [], rejected };
}

/** Why these m-lines may not follow those. */
function misfit(before: readonly Section[], after: readonly Section[]): string | undefined {
  if (after.length < before.length) return "There are fewer m-lines than there were.";
  const changed = before.findIndex(
    ({ kind, mid, rejected }, line) => !rejected && (after[line]?.kind !== kind || after[line].mid !== mid),
  );
  return changed === -1
    ? undefined
    : `The m-line ${String(changed)} became another: the order of m-lines does not match.`;
}

function wrongState(what: string): DOMException {
  return new DOMException(`Called in the wrong state: ${what}.`, "InvalidStateError");
}

function invalidAccess(message: string): DOMException {
  return new DOMException(message, "InvalidAccessError");
}
