import { type Candidate } from "@sig/protocol";
import { readSections, withLines, type SdpSections } from "./sdp-sections.js";

/** Candidates that are added to one offer; further ones are left out. */
const maxCandidates = 256;

/**
 * An offer that is held until its candidates are in it, for a device that reads no candidates afterwards. Plain data
 * without timers: the caller decides when to wait no longer.
 */
export class HeldOffer {
  readonly #sections: SdpSections;
  readonly #lines: string[][];
  readonly #ended = new Set<number>();
  #left: number;
  #count = 0;

  /** @param maxLength code units of the whole offer; candidates that would make it longer are left out */
  constructor(sdp: string, maxLength: number) {
    this.#sections = readSections(sdp);
    this.#lines = this.#sections.media.map(() => []);
    this.#left = maxLength - sdp.length;
    for (const [index, { text }] of this.#sections.media.entries()) {
      if (/^a=end-of-candidates\b/m.test(text)) this.#ended.add(index);
    }
  }

  /** Whether the offer came with candidates: its sender has waited for all or some of them. */
  get cameWithCandidates(): boolean {
    return this.#sections.media.some(({ text }) => /^a=candidate:/m.test(text));
  }

  /** Whether every transport's candidates have ended. */
  get complete(): boolean {
    return this.#sections.media.every(({ rejected, transport }) => rejected || this.#ended.has(transport));
  }

  /**
   * Adds a candidate, or records the end of candidates. False if the ICE generation or the section is another one, or a
   * bound is reached.
   */
  add(candidate: Candidate): boolean {
    const line = candidate.sdp.replace(/^a=/, "");
    if (line === "") return this.#end(candidate);
    const index = this.#sectionIndex(candidate);
    const section = index === undefined ? undefined : this.#sections.media[index];
    if (index === undefined || section === undefined || !line.startsWith("candidate:")) return false;
    const generation = candidate.usernameFragment ?? / ufrag (\S+)/.exec(line)?.[1] ?? "";
    if (generation !== "" && section.ufrag !== undefined && generation !== section.ufrag) return false;
    const attribute = `a=${line}`;
    if (section.text.includes(`${attribute}\r`) || section.text.includes(`${attribute}\n`)) return true;
    const lines = this.#lines[index];
    if (lines === undefined || lines.includes(attribute)) return true;
    const length = attribute.length + 2;
    if (this.#count >= maxCandidates || length > this.#left) return false;
    this.#left -= length;
    this.#count += 1;
    lines.push(attribute);
    return true;
  }

  /**
   * The offer with all candidates that were added, and with `end-of-candidates` in each section that has candidates.
   */
  text(): string {
    const { session, media } = this.#sections;
    const sections = media.map(({ text }, index) => {
      const lines = this.#lines[index] ?? [];
      const closed = /^a=candidate:/m.test(text) || lines.length > 0;
      const end = closed && !/^a=end-of-candidates\b/m.test(text) ? ["a=end-of-candidates"] : [];
      return withLines(text, [...lines, ...end]);
    });
    return session + sections.join("");
  }

  /** An end that names no section ends all sections. */
  #end({ sdpMid, sdpMLineIndex, usernameFragment }: Candidate): boolean {
    const named = sdpMid != null && sdpMid !== "" ? this.#sections.media.findIndex(({ mid }) => mid === sdpMid) : -1;
    const { media } = this.#sections;
    if (usernameFragment != null && usernameFragment !== "" && !media.some(({ ufrag }) => ufrag === usernameFragment))
      return false;
    if (named >= 0) this.#ended.add(named);
    else if (sdpMid == null && sdpMLineIndex != null) this.#ended.add(Number(sdpMLineIndex));
    else for (const index of media.keys()) this.#ended.add(index);
    return true;
  }

  /** The index of the section by its name, or else by the index given; the first section if neither is given. */
  #sectionIndex({ sdpMid, sdpMLineIndex }: Candidate): number | undefined {
    const { media } = this.#sections;
    if (sdpMid != null && sdpMid !== "") {
      const named = media.findIndex(({ mid }) => mid === sdpMid);
      if (named >= 0) return named;
      if (media.some(({ mid }) => mid !== undefined)) return undefined;
    }
    const index = Number(sdpMLineIndex ?? 0);
    return index < media.length ? index : undefined;
  }
}
