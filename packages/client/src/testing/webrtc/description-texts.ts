import type { Description, SectionCandidate } from "./sdp.js";
import { withCandidates } from "./write-sdp.js";

/** A description with the candidates that came after it, cached for their number. */
interface Shown {
  readonly count: number;
  readonly description: RTCSessionDescription;
}

/**
 * The descriptions that a connection returns: the text as it was set, and the candidates gathered or received since
 * then.
 */
export class DescriptionTexts {
  readonly #shown = new WeakMap<Description, Shown>();

  show(description: Description, candidates: readonly SectionCandidate[]): RTCSessionDescription {
    const known = this.#shown.get(description);
    if (known?.count === candidates.length) return known.description;
    const { type } = description;
    const missing = candidates.filter(
      ({ mid, line }) => !description.candidates.some((one) => one.mid === mid && one.line === line),
    );
    const sdp = withCandidates(description.sdp, missing);
    const shown = { type, sdp, toJSON: () => ({ type, sdp }) };
    this.#shown.set(description, { count: candidates.length, description: shown });
    return shown;
  }
}
