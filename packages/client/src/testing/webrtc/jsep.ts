import type { ConnectionStates } from "./connection-states.js";
import { DescriptionTexts } from "./description-texts.js";
import type { FakeTransceiver } from "./fake-transceiver.js";
import type { IceAgent } from "./ice-agent.js";
import { FakeIceCandidate } from "./ice-gathering.js";
import type { NetworkCore } from "./network-core.js";
import type { Operations } from "./operations.js";
import { applyRemote, endUnreceived, RemoteStreams } from "./remote-media.js";
import type { Sctp } from "./sctp.js";
import { readSdp, receives, writeSdp, type Description } from "./sdp.js";
import type { SignalingState } from "./signaling-state.js";

/** A created description: its text and its content. */
interface Created {
  readonly sdp: string;
  readonly description: Description;
}

/** The parts of a fake connection. */
export interface JsepParts {
  readonly core: NetworkCore;
  readonly connection: ConnectionStates;
  readonly state: SignalingState;
  readonly operations: Operations;
  readonly agent: IceAgent;
  readonly sctp: Sctp;
}

/**
 * Creates and applies the descriptions and candidates of a fake connection, with all their effects (RFC 9429 section
 * 5).
 */
export class Jsep {
  readonly #parts: JsepParts;
  readonly #streams = new RemoteStreams();
  readonly #texts = new DescriptionTexts();
  #version = 1;
  #created: Partial<Record<"offer" | "answer", Created>> = {};

  constructor(parts: JsepParts) {
    this.#parts = parts;
  }

  create(type: "offer" | "answer", iceRestart = false): RTCSessionDescriptionInit {
    const { state } = this.#parts;
    const description = type === "offer" ? state.createOffer(iceRestart) : state.createAnswer();
    const sdp = writeSdp(description, this.#version++);
    this.#created[type] = { sdp, description };
    return { type, sdp };
  }

  setLocal({ type, sdp = "" }: Partial<RTCSessionDescriptionInit>): void {
    if (type === "rollback") {
      this.#rollback();
      return;
    }
    if (type === "pranswer") throw provisionalAnswerError();
    const kind = type ?? (this.#parts.connection.signalingState === "have-remote-offer" ? "answer" : "offer");
    if (sdp === "") this.create(kind);
    const created = this.#created[kind];
    if (created === undefined || (sdp !== "" && created.sdp !== sdp))
      throw new DOMException("The SDP does not match the one that was created.", "InvalidModificationError");
    this.#applyLocal(created.description);
  }

  setRemote({ type, sdp = "" }: RTCSessionDescriptionInit): void {
    if (type === "rollback") {
      this.#rollback();
      return;
    }
    if (type === "pranswer") throw provisionalAnswerError();
    const description = readSdp(type, sdp);
    if (type === "offer" && this.#parts.connection.signalingState === "have-local-offer") this.#rollback();
    this.#applyRemote(description);
  }

  addCandidate({
    candidate: line = "",
    sdpMid = null,
    sdpMLineIndex = null,
    usernameFragment = null,
  }: RTCIceCandidateInit): void {
    const { remote, currentRemote } = this.#parts.state;
    if (remote === undefined) throw new DOMException("The remote description was null.", "InvalidStateError");
    const section =
      sdpMid === null ? remote.sections[sdpMLineIndex ?? 0] : remote.sections.find(({ mid }) => mid === sdpMid);
    if (section === undefined && line !== "")
      throw new DOMException("No media section has this sdpMid or sdpMLineIndex.", "OperationError");
    const ufrag = usernameFragment ?? / ufrag (\S+)/.exec(line)?.[1] ?? remote.ufrag;
    if (ufrag !== remote.ufrag && ufrag !== currentRemote?.ufrag)
      throw new DOMException("No remote description has this username fragment.", "OperationError");
    this.#parts.agent.addRemote(ufrag, line);
  }

  /** This end gathered a candidate; `undefined` is end-of-candidates. */
  gathered(ufrag: string, line: string | undefined): void {
    const { state, connection } = this.#parts;
    const description = [state.pendingLocal, state.currentLocal].find((one) => one?.ufrag === ufrag);
    const mid = description?.sections.find(({ rejected }) => !rejected)?.mid ?? "0";
    const candidate = line === undefined ? null : new FakeIceCandidate(line, ufrag, mid);
    connection.dispatchEvent(Object.assign({ type: "icecandidate" }, { candidate }));
  }

  /** A description as the application sees it. */
  shown(description: Description | undefined): RTCSessionDescription | null {
    return description === undefined
      ? null
      : this.#texts.show(description, this.#parts.agent.gathered.get(description.ufrag), this.#version);
  }

  #applyLocal(description: Description): void {
    const { state, agent } = this.#parts;
    const { sections, ufrag, type } = description;
    state.setLocal(description);
    this.#created = {};
    if (sections.length > 0) agent.gather(ufrag);
    if (type === "answer") endUnreceived(state.transceivers, this.#streams);
    this.#signalingStateChanged();
  }

  #applyRemote(description: Description): void {
    const { core, connection, state, agent } = this.#parts;
    const before = state.transceivers;
    state.setRemote(description);
    connection.canTrickleIceCandidates = true;
    for (const line of description.candidates) agent.addRemote(description.ufrag, line);
    const began = applyRemote(description, new Set([...before, ...state.transceivers]), this.#streams);
    this.#signalingStateChanged();
    for (const transceiver of began) {
      const { receiver } = transceiver;
      connection.dispatchEvent(
        Object.assign(
          { type: "track" },
          { track: receiver.track, receiver, transceiver, streams: [...receiver.streams] },
        ),
      );
      if (receiver.track.muted) core.after(core.times.eventMs, () => unmute(transceiver));
    }
  }

  #rollback(): void {
    const { state, agent } = this.#parts;
    const ufrag = state.pendingLocal?.ufrag;
    const removed = state.rollback();
    if (ufrag !== undefined && ufrag !== state.currentLocal?.ufrag) agent.abandon(ufrag);
    endUnreceived([...removed, ...state.transceivers], this.#streams);
    for (const transceiver of removed) transceiver.finish();
    this.#created = {};
    this.#signalingStateChanged();
  }

  #signalingStateChanged(): void {
    const { connection, state, operations, agent, sctp } = this.#parts;
    const { signalingState, currentLocal, currentRemote } = state;
    if (signalingState === "stable") {
      operations.becameStable();
      if (currentLocal !== undefined && currentRemote !== undefined)
        agent.begin({ local: currentLocal.ufrag, remote: currentRemote.ufrag });
      sctp.changed();
    }
    if (signalingState === connection.signalingState) return;
    connection.signalingState = signalingState;
    connection.dispatchEvent({ type: "signalingstatechange" });
  }
}

function provisionalAnswerError(): DOMException {
  return new DOMException("Provisional answers are not supported.", "NotSupportedError");
}

/** Fires `unmute`, as the first packet would. */
function unmute({ receiver, firedDirection }: FakeTransceiver): void {
  if (!receiver.track.muted || !receives(firedDirection)) return;
  receiver.track.muted = false;
  receiver.track.dispatchEvent({ type: "unmute" });
}
