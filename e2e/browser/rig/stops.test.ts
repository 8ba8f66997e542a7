import { describe, expect, it } from "vitest";
import { randomFrom } from "./random.js";
import { stopsOfItsOwn, type Frame } from "./stops.js";

const frameMs = 1000 / 30;

/** A minute of frames whose camera is not quite even; `startsMs` is where this flow begins, `lateMs` how late each comes. */
function flow({
  startsMs = 0,
  lateMs = 2,
  without = () => false,
}: { startsMs?: number; lateMs?: number; without?: (frame: number) => boolean } = {}): Frame[] {
  const uneven = randomFrom(3);
  const frames: Frame[] = [];
  for (let frame = 0; frame < 1800; frame += 1) {
    const takenAt = frame * frameMs + 4 * uneven();
    if (takenAt >= startsMs && !without(frame)) frames.push({ at: takenAt + lateMs, takenMs: takenAt - startsMs });
  }
  return frames;
}

const between = (from: number, to: number) => (frame: number) => frame > from && frame < to;
const stops = (ours: Frame[], others: Frame[]): number[] => stopsOfItsOwn(ours, others, frameMs, 100);

describe("a picture that stands still by itself", () => {
  it("is one that misses frames which another flow of its camera brings, however late", () => {
    for (const lateMs of [2, 35, 300])
      expect(stops(flow({ without: between(100, 110) }), flow({ startsMs: 700, lateMs }))).toEqual([333]);
  });

  it("is said each time, and as long as it was", () => {
    const without = (frame: number): boolean =>
      [between(100, 104), between(500, 560), between(900, 905)].some((gone) => gone(frame));
    expect(stops(flow({ without }), flow())).toEqual([133, 2000, 167]);
  });

  it("is none while the camera or the machine stands still", () => {
    const without = between(100, 130);
    expect(stops(flow({ without }), flow({ startsMs: 700, lateMs: 250, without }))).toEqual([]);
  });

  it("is none for 100 ms or less, whatever else was missing at the time", () => {
    expect(stops(flow({ without: between(100, 103) }), flow())).toEqual([]);
    expect(stops(flow({ without: between(100, 113) }), flow({ without: between(102, 113) }))).toEqual([]);
  });

  it("is none when it is the other one that stands still", () => {
    expect(stops(flow(), flow({ without: between(100, 200) }))).toEqual([]);
  });
});
