import type { FakeTransceiver } from "./fake-transceiver.js";
import { common, directionOf, reversed, sends, type Description, type Section } from "./sdp.js";

export function sectionOf({ kind, wanted, sender }: FakeTransceiver, mid: string): Section {
  return { kind, mid, direction: wanted, streams: sends(wanted) ? sender.streams : [], rejected: false };
}

export function rejectedSection({ kind, mid }: Section): Section {
  return { kind, mid, direction: directionOf(false, false), streams: [], rejected: true };
}

export function dataSection(mid: string, rejected = false): Section {
  return { kind: "application", mid, direction: "sendrecv", streams: [], rejected };
}

/** Why `after` may not replace `before`; undefined if it may. */
export function misfit(before: readonly Section[], after: readonly Section[]): string | undefined {
  if (after.length < before.length) return "The description has fewer m-lines than the one before.";
  const changed = before.findIndex(
    ({ kind, mid, rejected }, line) => !rejected && (after[line]?.kind !== kind || after[line].mid !== mid),
  );
  return changed === -1 ? undefined : `The kind or mid of m-line ${String(changed)} has changed.`;
}

/** Why an answer does not fit its offer; undefined if it does. */
export function answerMisfit(offer: readonly Section[], answer: readonly Section[]): string | undefined {
  return answer.length === offer.length ? misfit(offer, answer) : "The number of m-lines differs from the offer.";
}

/** An existing section in a further offer. */
export function sectionAgain(transceivers: readonly FakeTransceiver[], section: Section, line: number): Section {
  if (section.kind === "application") return section;
  const transceiver = transceivers.find((one) => one.line === line);
  return transceiver === undefined || transceiver.stopping
    ? rejectedSection(section)
    : sectionOf(transceiver, section.mid);
}

/** The sections of the answer to an offer. As in Chromium, those of stopped transceivers are inactive. */
export function answerSections(transceivers: readonly FakeTransceiver[], offer: Description): Section[] {
  return offer.sections.map((section, line): Section => {
    const transceiver = transceivers.find((one) => one.line === line);
    if (section.kind === "application") return dataSection(section.mid, section.rejected);
    if (transceiver === undefined || section.rejected) return rejectedSection(section);
    const direction = common(transceiver.wanted, reversed(section.direction));
    return { ...sectionOf(transceiver, section.mid), direction };
  });
}

/** Whether the current descriptions differ from the transceiver, so that another exchange is needed. */
export function isOutdated(
  { line, stopping, wanted, sender }: FakeTransceiver,
  local: Description | undefined,
  remote: Description | undefined,
): boolean {
  if (stopping) return true;
  const ours = line === undefined ? undefined : local?.sections[line];
  const theirs = line === undefined ? undefined : remote?.sections[line];
  if (ours === undefined || theirs === undefined) return true;
  if (sends(wanted) && (!sends(ours.direction) || ours.streams.join(" ") !== sender.streams.join(" "))) return true;
  const offered = reversed(theirs.direction);
  if (local?.type === "offer") return wanted !== ours.direction && wanted !== offered;
  return common(wanted, offered) !== ours.direction;
}
