import {
  addTrack,
  answerLines,
  associate,
  misfit,
  offerLines,
  read,
  write,
  type Description,
  type Kind,
  type Transceiver,
} from "./media.js";

export interface ConnectionHost {
  readonly name: string;
  /** Whether a changed mid is an error, as in libwebrtc. */
  readonly checksMids: boolean;
  /** Queues a task, as a browser does. */
  later(run: () => void): void;
  negotiationNeeded(): void;
  /** Starts gathering for a new ICE generation. */
  gather(ufrag: string): void;
  /** The candidates of one that were gathered so far. */
  gathered(ufrag: string): readonly string[];
}

/**
 * A model of RTCPeerConnection: offers, answers, rollback and ICE generations (RFC 9429, W3C WebRTC). It throws
 * wherever a browser would reject.
 */
export class ModelConnection {
  signalingState: "stable" | "have-local-offer" | "have-remote-offer" = "stable";
  readonly transceivers: Transceiver[] = [];
  currentLocal: Description | undefined;
  currentRemote: Description | undefined;
  pendingLocal: Description | undefined;
  pendingRemote: Description | undefined;
  /** Added candidates, by ICE generation. */
  readonly added = new Map<string, Set<string>>();
  /** Every ICE generation of the other end that any description contained. */
  readonly knownUfrags = new Set<string>();
  /** Every ICE generation of this end that was not rolled back. */
  readonly settledUfrags = new Set<string>();
  readonly #host: ConnectionHost;
  #mids = 0;
  #ufrags = 0;
  #neededFlag = false;
  /** W3C [[LocalIceCredentialsToReplace]]. */
  readonly #toReplace = new Set<string>();
  /** The m-lines of the transceivers in the last stable state. */
  #associated = new Map<Transceiver, { line: number | undefined; mid: string | undefined }>();

  constructor(host: ConnectionHost) {
    this.#host = host;
  }

  get localUfrag(): string | undefined {
    return (this.pendingLocal ?? this.currentLocal)?.ufrag;
  }

  get remoteSdp(): string | undefined {
    const remote = this.pendingRemote ?? this.currentRemote;
    return remote && write(remote);
  }

  get tracks(): string[] {
    return this.transceivers.flatMap(({ track }) => (track === undefined ? [] : [track]));
  }

  addTrack(kind: Kind, track: string): void {
    addTrack(this.transceivers, kind, track);
    this.#updateNeeded();
  }

  removeTrack(track: string): void {
    const transceiver = this.transceivers.find((one) => one.track === track);
    if (transceiver === undefined) throw new Error(`InvalidAccessError: ${track} is not sent`);
    transceiver.track = undefined;
    this.#updateNeeded();
  }

  restartIce(): void {
    for (const description of [this.currentLocal, this.pendingLocal])
      if (description !== undefined) this.#toReplace.add(description.ufrag);
    this.#updateNeeded();
  }

  /** `setLocalDescription()` with no argument. */
  setLocal(): string {
    const description = this.signalingState === "have-remote-offer" ? this.#answer() : this.#offer();
    const known = description.ufrag === this.localUfrag;
    if (description.type === "offer") {
      this.pendingLocal = description;
      this.signalingState = "have-local-offer";
      let line = this.transceivers.filter((one) => one.line !== undefined).length;
      for (const one of this.transceivers) {
        if (one.line === undefined) Object.assign(one, { line, mid: description.lines[line++]?.mid });
      }
    } else {
      this.#settle(description, this.pendingRemote);
    }
    if (!known) this.#host.gather(description.ufrag);
    return write(description);
  }

  setRemoteOffer(sdp: string): void {
    const offer = read(sdp);
    if (offer.type !== "offer") throw new Error("InvalidAccessError: not an offer");
    if (this.signalingState === "have-remote-offer") throw new Error("InvalidStateError: another offer is open");
    // The implicit rollback of W3C setRemoteDescription.
    if (this.signalingState === "have-local-offer") this.rollback();
    const wrong = misfit(this.currentRemote?.lines ?? [], offer.lines, this.#host.checksMids);
    if (wrong !== undefined) throw new Error(`InvalidAccessError: ${wrong}`);
    this.signalingState = "have-remote-offer";
    this.pendingRemote = offer;
    this.#know(offer);
    associate(this.transceivers, offer.lines);
  }

  setRemoteAnswer(sdp: string): void {
    const answer = read(sdp);
    const offer = this.pendingLocal;
    if (this.signalingState !== "have-local-offer" || offer === undefined)
      throw new Error(`InvalidStateError: an answer in ${this.signalingState}`);
    if (answer.type !== "answer") throw new Error("InvalidAccessError: not an answer");
    const wrong =
      answer.lines.length === offer.lines.length
        ? misfit(offer.lines, answer.lines, true)
        : "the number of m-lines differs from the offer";
    if (wrong !== undefined) throw new Error(`InvalidAccessError: ${wrong}`);
    if (
      answer.lines.some(
        ({ send, recv }, line) =>
          (send && offer.lines[line]?.recv !== true) || (recv && offer.lines[line]?.send !== true),
      )
    ) {
      throw new Error("InvalidAccessError: the answer exceeds the offer");
    }
    this.#know(answer);
    this.#settle(offer, answer);
  }

  rollback(): void {
    if (this.signalingState === "stable") throw new Error("InvalidStateError: nothing to roll back");
    const rolledBack = this.pendingRemote?.ufrag;
    if (rolledBack !== undefined && rolledBack !== this.currentRemote?.ufrag) this.added.delete(rolledBack);
    this.pendingLocal = this.pendingRemote = undefined;
    this.signalingState = "stable";
    for (const one of [...this.transceivers]) {
      const before = this.#associated.get(one);
      Object.assign(one, before ?? { line: undefined, mid: undefined });
      if (before === undefined && !one.fromAddTrack) this.transceivers.splice(this.transceivers.indexOf(one), 1);
    }
    this.#becameStable();
  }

  addIceCandidate(ufrag: string, candidate: string): void {
    const known = [this.pendingRemote, this.currentRemote].filter((description) => description !== undefined);
    if (known.length === 0) throw new Error("InvalidStateError: a candidate before any description");
    if (!known.some((description) => description.ufrag === ufrag))
      throw new Error(`OperationError: unknown ICE generation ${ufrag}`);
    this.added.set(ufrag, (this.added.get(ufrag) ?? new Set()).add(candidate));
  }

  /** W3C "check if negotiation is needed". */
  get needsNegotiation(): boolean {
    if (this.#toReplace.size > 0) return true;
    const local = this.currentLocal;
    const remote = this.currentRemote;
    return this.transceivers.some(({ line, track }) => {
      const ours = line === undefined ? undefined : local?.lines[line];
      const theirs = line === undefined ? undefined : remote?.lines[line];
      if (ours === undefined || theirs === undefined) return true;
      const send = track !== undefined;
      if (send && ours.track !== track) return true;
      if (local?.type === "offer") return ours.send !== send && !(theirs.recv === send && theirs.send);
      return ours.send !== (send && theirs.recv) || ours.recv !== theirs.send;
    });
  }

  #offer(): Description {
    const lines = offerLines(this.transceivers, () => `${this.#host.name}${String(this.#mids++)}`);
    // An offer may be set over an open one, whose ICE generation it keeps.
    const { localUfrag: kept } = this;
    const ufrag = kept === undefined || this.#toReplace.has(kept) ? this.#newUfrag() : kept;
    const candidates = this.pendingLocal && this.#host.gathered(ufrag);
    return { type: "offer", ufrag, lines, candidates };
  }

  #answer(): Description {
    const offer = this.pendingRemote;
    if (offer === undefined) throw new Error("InvalidStateError: no offer to answer");
    // A new fragment in the offer is an ICE restart, so the answer needs a new one too (RFC 8839 section 4.4.1.1.1).
    const kept = offer.ufrag === this.currentRemote?.ufrag ? this.currentLocal?.ufrag : undefined;
    const ufrag = kept ?? this.#newUfrag();
    const lines = answerLines(this.transceivers, offer.lines);
    return { type: "answer", ufrag, lines, candidates: offer.candidates && this.#host.gathered(ufrag) };
  }

  #know({ ufrag, candidates = [] }: Description): void {
    this.knownUfrags.add(ufrag);
    this.added.set(ufrag, new Set([...(this.added.get(ufrag) ?? []), ...candidates]));
  }

  #newUfrag(): string {
    return `${this.#host.name}:${String(++this.#ufrags)}`;
  }

  #settle(local: Description, remote: Description | undefined): void {
    this.currentLocal = local;
    this.settledUfrags.add(local.ufrag);
    this.currentRemote = remote;
    this.pendingLocal = this.pendingRemote = undefined;
    this.signalingState = "stable";
    for (const one of this.transceivers) {
      if (one.line === undefined) continue;
      const theirs = remote?.lines[one.line];
      one.receiving = theirs?.send === true ? theirs.track : undefined;
      if (local.lines[one.line]?.send === true && theirs?.recv === true) one.hasSent = true;
    }
    this.#associated = new Map(
      this.transceivers.filter(({ line }) => line !== undefined).map((one) => [one, { line: one.line, mid: one.mid }]),
    );
    if (!this.#toReplace.has(local.ufrag)) this.#toReplace.clear();
    this.#becameStable();
  }

  #becameStable(): void {
    this.#neededFlag = false;
    this.#updateNeeded();
  }

  /** W3C "update the negotiation-needed flag": the event is fired in its own task, once, and only in `stable`. */
  #updateNeeded(): void {
    this.#host.later(() => {
      if (this.signalingState !== "stable") return;
      if (!this.needsNegotiation) {
        this.#neededFlag = false;
        return;
      }
      if (this.#neededFlag) return;
      this.#neededFlag = true;
      this.#host.negotiationNeeded();
    });
  }
}
