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
import type { Session } from "./signaling-state.js";

/** A description of this end as text, and what it says. */
interface Created {
  readonly sdp: string;
  readonly description: Description;
}

/** A fake connection and what it consists of. */
export interface JsepParts {
  readonly core: NetworkCore;
  readonly connection: ConnectionStates;
  readonly session: Session;
  readonly operations: Operations;
  readonly agent: IceAgent;
  readonly sctp: Sctp;
}

/** Makes and applies the descriptions and candidates of a fake connection (RFC 9429 section 5), with all that follows from them. */
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
    const { session } = this.#parts;
    const description = type === "offer" ? session.createOffer(iceRestart) : session.createAnswer();
    const sdp = writeSdp(description, this.#version++);
    this.#created[type] = { sdp, description };
    return { type, sdp };
  }

  setLocal({ type, sdp = "" }: Partial<RTCSessionDescriptionInit>): void {
    if (type === "rollback") {
      this.#rollback();
      return;
    }
    if (type === "pranswer") throw noProvisionalAnswers();
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
    if (type === "pranswer") throw noProvisionalAnswers();
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
    const { remote, currentRemote } = this.#parts.session;
    if (remote === undefined) throw new DOMException("The remote description was null.", "InvalidStateError");
    const section =
      sdpMid === null ? remote.sections[sdpMLineIndex ?? 0] : remote.sections.find(({ mid }) => mid === sdpMid);
    if (section === undefined && line !== "")
      throw new DOMException("There is no such media section.", "OperationError");
    const ufrag = usernameFragment ?? / ufrag (\S+)/.exec(line)?.[1] ?? remote.ufrag;
    if (ufrag !== remote.ufrag && ufrag !== currentRemote?.ufrag)
      throw new DOMException("The username fragment is of no remote description.", "OperationError");
    this.#parts.agent.addRemote(ufrag, line);
  }

  /** This end has a candidate, or has all with `undefined`. */
  gathered(ufrag: string, line: string | undefined): void {
    const { session, connection } = this.#parts;
    const description = [session.pendingLocal, session.currentLocal].find((one) => one?.ufrag === ufrag);
    const mid = description?.sections.find(({ rejected }) => !rejected)?.mid ?? "0";
    const candidate = line === undefined ? null : new FakeIceCandidate(line, ufrag, mid);
    connection.dispatchEvent(Object.assign({ type: "icecandidate" }, { candidate }));
  }

  /** A description as a page gets to see it. */
  shown(description: Description | undefined): RTCSessionDescription | null {
    return description === undefined
      ? null
      : this.#texts.show(description, this.#parts.agent.gathered.get(description.ufrag), this.#version);
  }

  #applyLocal(description: Description): void {
    const { session, agent } = this.#parts;
    const { sections, ufrag, type } = description;
    session.setLocal(description);
    this.#created = {};
    if (sections.length > 0) agent.gather(ufrag);
    if (type === "answer") endUnreceived(session.transceivers, this.#streams);
    this.#signalingStateChanged();
  }

  #applyRemote(description: Description): void {
    const { core, connection, session, agent } = this.#parts;
    const before = session.transceivers;
    session.setRemote(description);
    connection.canTrickleIceCandidates = true;
    for (const line of description.candidates) agent.addRemote(description.ufrag, line);
    const began = applyRemote(description, new Set([...before, ...session.transceivers]), this.#streams);
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
    const { session, agent } = this.#parts;
    const ufrag = session.pendingLocal?.ufrag;
    const gone = session.rollback();
    if (ufrag !== undefined && ufrag !== session.currentLocal?.ufrag) agent.abandon(ufrag);
    endUnreceived([...gone, ...session.transceivers], this.#streams);
    for (const transceiver of gone) transceiver.finish();
    this.#created = {};
    this.#signalingStateChanged();
  }

  #signalingStateChanged(): void {
    const { connection, session, operations, agent, sctp } = this.#parts;
    const { signalingState, currentLocal, currentRemote } = session;
    if (signalingState === "stable") {
      operations.stableAgain();
      if (currentLocal !== undefined && currentRemote !== undefined)
        agent.begin({ local: currentLocal.ufrag, remote: currentRemote.ufrag });
      sctp.changed();
    }
    if (signalingState === connection.signalingState) return;
    connection.signalingState = signalingState;
    connection.dispatchEvent({ type: "signalingstatechange" });
  }
}

function noProvisionalAnswers(): DOMException {
  return new DOMException("Provisional answers are not supported.", "NotSupportedError");
}

/** As where the first packet arrives. */
function unmute({ receiver, firedDirection }: FakeTransceiver): void {
  if (!receiver.track.muted || !receives(firedDirection)) return;
  receiver.track.muted = false;
  receiver.track.dispatchEvent({ type: "unmute" });
}
