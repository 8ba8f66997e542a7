import { type Candidate } from "@sig/protocol";
import { readSections, withLines, type SdpSections } from "./sdp-sections.js";

/** Candidates that are kept for one offer; what a peer sends beyond them is left out. */
const maxCandidates = 256;

/**
 * An offer that is held back until its candidates are in it, for a device that takes none afterwards. Plain data and
 * nothing else: when to wait no longer is up to the caller.
 */
export class HeldOffer {
  readonly #sections: SdpSections;
  readonly #lines: string[][];
  readonly #ended = new Set<number>();
  #left: number;
  #count = 0;

  /** @param maxLength code units that the whole offer may have; candidates that would make it longer are left out */
  constructor(sdp: string, maxLength: number) {
    this.#sections = readSections(sdp);
    this.#lines = this.#sections.media.map(() => []);
    this.#left = maxLength - sdp.length;
    for (const [index, { text }] of this.#sections.media.entries()) {
      if (/^a=end-of-candidates\b/m.test(text)) this.#ended.add(index);
    }
  }

  /** Whether the offer came with candidates: its sender has waited for them, or for some of them. */
  get broughtCandidates(): boolean {
    return this.#sections.media.some(({ text }) => /^a=candidate:/m.test(text));
  }

  /** Whether every transport's candidates have ended. */
  get complete(): boolean {
    return this.#sections.media.every(({ rejected, transport }) => rejected || this.#ended.has(transport));
  }

  /** Takes a candidate, or the end of them. False for one of another ICE generation, of no section, or beyond the bounds. */
  add(candidate: Candidate): boolean {
    const line = candidate.sdp.replace(/^a=/, "");
    if (line === "") return this.#end(candidate);
    const index = this.#place(candidate);
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

  /** The offer with all candidates that were taken, each section of which says that there are no more. */
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

  /** An end that names no section is the end of all. */
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

  /** By the name of the section, or else by its place; the first one where neither is said. */
  #place({ sdpMid, sdpMLineIndex }: Candidate): number | undefined {
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
