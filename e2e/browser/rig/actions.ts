import { rejoinLab, type LabPage } from "../lab/lab-page.js";
import type { Call } from "./call.js";
import type { End } from "./udp-path.js";

/** One of the two leaves and joins again, under another id; resolves when the other has only the new peer. */
export async function rejoin({ pages, ids, room }: Call, end: End): Promise<void> {
  ids[end] = await rejoinLab(pages[end], room, pages[end === 0 ? 1 : 0]);
}

/** Publishes one more video, and stops it at once if asked to. */
export function publish({ page }: LabPage, label: string, { stopsAtOnce = false } = {}): Promise<void> {
  return page.evaluate(
    async ({ label, stopsAtOnce }) => {
      const publication = window.manager.publish(await window.lab.media(), { label });
      if (stopsAtOnce) publication.stop();
    },
    { label, stopsAtOnce },
  );
}

/** Call it once before `toggle`: prepares the stream that `toggle` publishes. */
export function prepareToggle({ page }: LabPage): Promise<void> {
  return page.evaluate(async () => {
    window.kept.stream = await window.lab.media();
  });
}

/**
 * Publishes a video in even rounds and stops it in odd ones, without waiting for the effect.
 *
 * @param at - When to do it, by `Date.now()`: several pages can act in the same millisecond.
 */
export function toggle({ page }: LabPage, round: number, at = 0): Promise<void> {
  return page.evaluate(
    ({ round, at }) => {
      // All pages of a machine share one clock.
      while (Date.now() < at);
      if (round % 2 === 0)
        window.kept.publication = window.manager.publish(window.kept.stream as MediaStream, {
          label: `round ${String(round)}`,
        });
      else (window.kept.publication as { stop(): void }).stop();
    },
    { round, at },
  );
}

/** The labels of the tracks after a round of `toggle`. */
export function labelsAfter(round: number): string {
  return round % 2 === 0 ? `camera,round ${String(round)}` : "camera";
}

/** Sends numbers as messages to every peer, for `numbersInOrder` at the other end. */
export function sendNumbers({ page }: LabPage, from: number, to: number): Promise<void> {
  return page.evaluate(
    ({ from, to }) => {
      for (let number = from; number < to; number += 1) window.manager.send("number", number);
    },
    { from, to },
  );
}

/** Records received numbers from now on, in their order. */
export function recordNumbers({ page }: LabPage): Promise<void> {
  return page.evaluate(() => {
    const numbers: unknown[] = [];
    window.kept.numbers = numbers;
    window.manager.on("message", ({ type, data }) => type === "number" && numbers.push(data));
  });
}

/** Waits until this many numbers were received; true if each came once and in order. */
export function numbersInOrder({ page }: LabPage, count: number): Promise<boolean> {
  return page.evaluate(async (count) => {
    const numbers = window.kept.numbers as number[];
    await window.lab.until(
      () => numbers.length,
      (length) => length >= count,
      60_000,
    );
    return numbers.length === count && numbers.every((number, at) => number === at);
  }, count);
}

/** How many remote offers a page has applied. */
export function offersApplied({ page }: LabPage): Promise<number> {
  return page.evaluate(() => window.rigApplied.filter((line) => line.startsWith("offer")).length);
}
