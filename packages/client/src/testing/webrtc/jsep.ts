import { readCandidate, trimmedCandidate } from "./candidate-line.js";
import type { ConnectionStates } from "./connection-states.js";
import { DescriptionTexts } from "./description-texts.js";
import type { IceAgent } from "./ice-agent.js";
import { FakeIceCandidate } from "./ice-gathering.js";
import type { MediaFlow } from "./media-flow.js";
import type { NetworkCore } from "./network-core.js";
import type { Operations } from "./operations.js";
import { readSdp } from "./read-sdp.js";
import { RemoteMedia } from "./remote-media.js";
import type { Sctp } from "./sctp.js";
import { bundledMid, type Description, type SectionCandidate } from "./sdp.js";
import type { SignalingState } from "./signaling-state.js";
import { writeSdp } from "./write-sdp.js";

/** The parts of a fake connection. */
export interface JsepParts {
  readonly core: NetworkCore;
  readonly connection: ConnectionStates;
  readonly state: SignalingState;
  readonly operations: Operations;
  readonly agent: IceAgent;
  readonly sctp: Sctp;
  readonly media: MediaFlow;
}

/**
 * Creates and applies the descriptions and candidates of a fake connection, with all their effects (RFC 9429 section
 * 5).
 */
export class Jsep {
  readonly #parts: JsepParts;
  readonly #remoteMedia: RemoteMedia;
  readonly #texts = new DescriptionTexts();
  #version = 1;

  constructor(parts: JsepParts) {
    this.#parts = parts;
    this.#remoteMedia = new RemoteMedia(parts.connection);
  }

  create(type: "offer" | "answer", iceRestart = false): { type: "offer" | "answer"; sdp: string } {
    const { state, agent } = this.#parts;
    const draft = type === "offer" ? state.createOffer(iceRestart) : state.createAnswer();
    const candidates = agent.gathered.get(draft.ufrag)?.lines ?? [];
    const sdp = writeSdp(draft, { id: agent.serial, version: ++this.#version }, candidates);
    return { type, sdp };
  }

  /** The description that `setLocalDescription` sets: created now if the application gives none. */
  readLocal({ type, sdp = "" }: Partial<RTCSessionDescriptionInit>): RTCSessionDescriptionInit {
    if (type === "rollback") return { type };
    if (type === "pranswer") throw provisionalAnswerError();
    const kind = type ?? (this.#parts.connection.signalingState === "have-remote-offer" ? "answer" : "offer");
    return sdp === "" ? this.create(kind) : { type: kind, sdp };
  }

  setLocal({ type, sdp = "" }: RTCSessionDescriptionInit): void {
    if (type === "rollback" || type === "pranswer") {
      this.#rollback();
      return;
    }
    const { state, agent } = this.#parts;
    state.checkLocalType(type);
    const description = readSdp(type, sdp);
    state.setLocal(description);
    if (description.sections.length > 0) agent.gather(description.ufrag);
    if (type === "answer") this.#remoteMedia.endUnreceived(state.transceivers);
    this.#signalingStateChanged();
  }

  /** Undefined: a rollback. */
  readRemote({ type, sdp = "" }: RTCSessionDescriptionInit): Description | undefined {
    if (type === "rollback") return undefined;
    if (type === "pranswer") throw provisionalAnswerError();
    return readSdp(type, sdp);
  }

  /** With an open local offer it rolls that back, and sets the remote one a task later: each has its event. */
  setRemote(description: Description | undefined): void | Promise<void> {
    const { core, connection, state } = this.#parts;
    if (description === undefined) {
      this.#rollback();
      return undefined;
    }
    state.checkRemote(description);
    if (description.type === "answer" || connection.signalingState !== "have-local-offer") {
      this.#applyRemote(description);
      return undefined;
    }
    this.#rollback();
    return new Promise((resolve) => {
      core.task(() => {
        if (connection.signalingState === "closed") return;
        this.#applyRemote(description);
        resolve();
      });
    });
  }

  addCandidate({ candidate = "", sdpMid, sdpMLineIndex, usernameFragment }: RTCIceCandidateInit): void {
    const { remote, currentRemote } = this.#parts.state;
    if (remote === undefined) throw new DOMException("The remote description was null.", "InvalidStateError");
    const hasMid = sdpMid !== undefined && sdpMid !== null && sdpMid !== "";
    const section = hasMid ? remote.sections.find(({ mid }) => mid === sdpMid) : remote.sections[sdpMLineIndex ?? 0];
    const known = [remote.ufrag, currentRemote?.ufrag];
    const ufrag = usernameFragment ?? remote.ufrag;
    if (candidate !== "" && section === undefined)
      throw new DOMException("No media section has this sdpMid or sdpMLineIndex.", "OperationError");
    if (!known.includes(ufrag))
      throw new DOMException("No remote description has this username fragment.", "OperationError");
    if (candidate === "" || section === undefined) return;
    const line = trimmedCandidate(candidate);
    const read = readCandidate(line);
    if (read === undefined)
      throw new DOMException(`Error processing ICE candidate: "${line}" is not a candidate.`, "OperationError");
    // Browsers ignore a candidate whose line is of another generation.
    const generation = usernameFragment ?? read.ufrag ?? remote.ufrag;
    if (known.includes(generation)) this.#parts.agent.addRemote(generation, { mid: section.mid, line });
  }

  /** This end gathered a candidate; `undefined` is end-of-candidates. */
  gathered(ufrag: string, line: string | undefined): void {
    const { state, connection } = this.#parts;
    const description = [state.pendingLocal, state.currentLocal].find((one) => one?.ufrag === ufrag);
    const mid = bundledMid(description?.sections ?? []) ?? "0";
    const candidate = line === undefined ? null : new FakeIceCandidate(line, ufrag, mid);
    connection.dispatchEvent(Object.assign({ type: "icecandidate" }, { candidate }));
  }

  /** A local description as the application sees it. */
  local(description: Description | undefined): RTCSessionDescription | null {
    if (description === undefined) return null;
    const mid = bundledMid(description.sections);
    const lines = mid === undefined ? [] : (this.#parts.agent.gathered.get(description.ufrag)?.lines ?? []);
    const candidates = lines.map((line): SectionCandidate => ({ mid: mid ?? "", line }));
    return this.#texts.show(description, candidates);
  }

  /** A remote description as the application sees it. */
  remote(description: Description | undefined): RTCSessionDescription | null {
    if (description === undefined) return null;
    return this.#texts.show(description, this.#parts.agent.remote(description.ufrag));
  }

  #applyRemote(description: Description): void {
    const { connection, state, agent } = this.#parts;
    const before = state.transceivers;
    state.setRemote(description);
    connection.canTrickleIceCandidates = description.trickle;
    for (const candidate of description.candidates) agent.addRemote(description.ufrag, candidate);
    this.#remoteMedia.apply(description, new Set([...before, ...state.transceivers]));
    this.#signalingStateChanged();
  }

  #rollback(): void {
    const { state, agent } = this.#parts;
    const ufrag = state.pendingLocal?.ufrag;
    const removed = state.rollback();
    if (ufrag !== undefined && ufrag !== state.currentLocal?.ufrag) agent.abandon(ufrag);
    this.#remoteMedia.restore([...removed, ...state.transceivers]);
    for (const transceiver of removed) transceiver.finish();
    this.#signalingStateChanged();
  }

  #signalingStateChanged(): void {
    const { connection, state, operations, agent, sctp, media } = this.#parts;
    const { signalingState, currentLocal, currentRemote } = state;
    if (signalingState === "stable") {
      operations.becameStable();
      this.#remoteMedia.settle(state.transceivers);
      if (currentLocal !== undefined && currentRemote !== undefined)
        agent.begin({ local: currentLocal.ufrag, remote: currentRemote.ufrag });
      sctp.changed();
    }
    if (signalingState !== connection.signalingState) {
      connection.signalingState = signalingState;
      connection.dispatchEvent({ type: "signalingstatechange" });
    }
    this.#remoteMedia.fire();
    media.changed();
  }
}

function provisionalAnswerError(): DOMException {
  return new DOMException("Provisional answers are not supported.", "NotSupportedError");
}
