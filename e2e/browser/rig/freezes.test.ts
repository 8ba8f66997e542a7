import { describe, expect, it } from "vitest";
import { freezesOfOneFlow, type Frame } from "./freezes.js";
import { randomFrom } from "./random.js";

const frameMs = 1000 / 30;

/**
 * A minute of frames from a camera that is not quite even; `startsMs` is where this flow starts, `lateMs` the delay of
 * each frame.
 */
function flow({
  startsMs = 0,
  lateMs = 2,
  without = () => false,
}: { startsMs?: number; lateMs?: number; without?: (frame: number) => boolean } = {}): Frame[] {
  const uneven = randomFrom(3);
  const frames: Frame[] = [];
  for (let frame = 0; frame < 1800; frame += 1) {
    const capturedAt = frame * frameMs + 4 * uneven();
    if (capturedAt >= startsMs && !without(frame))
      frames.push({ at: capturedAt + lateMs, capturedMs: capturedAt - startsMs });
  }
  return frames;
}

const between = (from: number, to: number) => (frame: number) => frame > from && frame < to;
const freezes = (ours: Frame[], others: Frame[]): number[] => freezesOfOneFlow(ours, others, frameMs, 100);

describe("freezesOfOneFlow", () => {
  it("finds frames that only the other flow of the camera delivers, however late", () => {
    for (const lateMs of [2, 35, 300])
      expect(freezes(flow({ without: between(100, 110) }), flow({ startsMs: 700, lateMs }))).toEqual([333]);
  });

  it("returns the length of each freeze", () => {
    const without = (frame: number): boolean =>
      [between(100, 104), between(500, 560), between(900, 905)].some((gone) => gone(frame));
    expect(freezes(flow({ without }), flow())).toEqual([133, 2000, 167]);
  });

  it("ignores the time in which the camera or the machine stops", () => {
    const without = between(100, 130);
    expect(freezes(flow({ without }), flow({ startsMs: 700, lateMs: 250, without }))).toEqual([]);
  });

  it("ignores 100 ms or less, whatever else is missing at the time", () => {
    expect(freezes(flow({ without: between(100, 103) }), flow())).toEqual([]);
    expect(freezes(flow({ without: between(100, 113) }), flow({ without: between(102, 113) }))).toEqual([]);
  });

  it("ignores a freeze of the other flow", () => {
    expect(freezes(flow(), flow({ without: between(100, 200) }))).toEqual([]);
  });
});
