import type { Gathered } from "./ice-gathering.js";
import { writeSdp, type Description } from "./sdp.js";

/** A description as text, with this many candidates. */
interface Text {
  readonly count: number;
  readonly ended: boolean;
  readonly shown: RTCSessionDescription;
}

/** Descriptions as a connection shows them: those of its own end with the candidates found so far. */
export class DescriptionTexts {
  readonly #texts = new WeakMap<Description, Text>();

  show(description: Description, gathered: Gathered | undefined, version: number): RTCSessionDescription {
    const candidates = gathered?.lines ?? description.candidates;
    const ended = gathered?.done ?? description.ended;
    const known = this.#texts.get(description);
    if (known?.count === candidates.length && known.ended === ended) return known.shown;
    const { type } = description;
    const sdp = writeSdp({ ...description, candidates, ended }, version);
    const shown = { type, sdp, toJSON: () => ({ type, sdp }) };
    this.#texts.set(description, { count: candidates.length, ended, shown });
    return shown;
  }
}
