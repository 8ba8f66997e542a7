import { rejoinLab, type LabPage } from "../lab/pair.js";
import type { Call } from "./call.js";
import type { End } from "./udp-path.js";

/** One of the two leaves and joins again, under another id; resolves when the other knows whom the room has now. */
export async function comeBack({ pages, ids, room }: Call, end: End): Promise<void> {
  ids[end] = await rejoinLab(pages[end], room, pages[end === 0 ? 1 : 0]);
}

/** Publishes one more moving picture, and stops it at once where asked to. */
export function publish({ page }: LabPage, label: string, { stopsAtOnce = false } = {}): Promise<void> {
  return page.evaluate(
    async ({ label, stopsAtOnce }) => {
      const publication = window.manager.publish(await window.lab.media(), { label });
      if (stopsAtOnce) publication.stop();
    },
    { label, stopsAtOnce },
  );
}

/** To be called once before `toggle`: what it publishes again and again. */
export function prepareToggle({ page }: LabPage): Promise<void> {
  return page.evaluate(async () => {
    window.kept.stream = await window.lab.media();
  });
}

/** In even rounds it publishes a picture, in odd ones it stops it. Nothing is waited for, but for the time to do it, by the page's clock. */
export function toggle({ page }: LabPage, round: number, at = 0): Promise<void> {
  return page.evaluate(
    ({ round, at }) => {
      // Pages of one machine have one clock: they change in the same millisecond or two.
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

/** Which labels are there after a round of `toggle`. */
export function labelsAfter(round: number): string {
  return round % 2 === 0 ? `camera,round ${String(round)}` : "camera";
}

/** Numbers from 0 on, as messages to everybody; those of `countMessages` at the other end have to be the same. */
export function sendNumbers({ page }: LabPage, from: number, to: number): Promise<void> {
  return page.evaluate(
    ({ from, to }) => {
      for (let number = from; number < to; number += 1) window.manager.send("number", number);
    },
    { from, to },
  );
}

/** From now on keeps the numbers that come, in their order. */
export function keepNumbers({ page }: LabPage): Promise<void> {
  return page.evaluate(() => {
    const numbers: unknown[] = [];
    window.kept.numbers = numbers;
    window.manager.on("message", ({ type, data }) => type === "number" && numbers.push(data));
  });
}

/** Waits until so many numbers have come; whether each came once, and in order. */
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
