import type { Gathered } from "./ice-gathering.js";
import { writeSdp, type Description } from "./sdp.js";

/** The text of a description, cached for its number of candidates. */
interface Text {
  readonly count: number;
  readonly ended: boolean;
  readonly shown: RTCSessionDescription;
}

/** The descriptions that a connection returns. Local descriptions contain the candidates gathered so far. */
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
