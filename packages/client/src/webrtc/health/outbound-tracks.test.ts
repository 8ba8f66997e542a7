import { describe, expect, it } from "vitest";
import { OutboundTracks } from "./outbound-tracks.js";

const lookMs = 2000;

/** One outbound track, checked every two seconds. */
class Scene {
  readonly #delivery = new OutboundTracks();
  now = 0;
  #sent = 0;
  #reportedAt: number | undefined;

  /** Lets time pass until the track is reported as stalled, and returns how much; undefined if it never is. */
  failsWithin(ms: number, { reportEveryMs = Infinity, packets = 10, others = true } = {}): number | undefined {
    const begin = this.now;
    while (this.now < begin + ms) {
      this.now += lookMs;
      this.#sent += packets;
      const isDue = reportEveryMs < Infinity && this.now - (this.#reportedAt ?? -Infinity) >= reportEveryMs;
      if (isDue) this.#reportedAt = this.now;
      if (
        this.#delivery.check(report({ reported: this.#reportedAt, sent: this.#sent }, this.now), others) === "stalled"
      )
        return this.now - begin;
    }
    return undefined;
  }
}

/** One track in `getStats`: when the peer's newest report came, if one did, and how many packets were sent. */
function report(
  { reported, sent }: { reported: number | undefined; sent: number },
  now: number,
  name = "video",
): RTCStatsReport {
  const entries: [string, object][] = [[name, { type: "outbound-rtp", timestamp: now, packetsSent: sent }]];
  if (reported !== undefined)
    entries.push([`of ${name}`, { type: "remote-inbound-rtp", localId: name, timestamp: reported }]);
  return new Map(entries);
}

const minute = 60_000;

describe("an outbound track that the peer no longer receives", () => {
  it("is reported after ten seconds without a report, while other data comes from the peer", () => {
    const scene = new Scene();
    expect(scene.failsWithin(minute, { reportEveryMs: 1000 })).toBeUndefined();
    expect(scene.failsWithin(minute)).toBe(12_000);
  });

  it("is reported later if reports are rare: after four of their intervals", () => {
    const scene = new Scene();
    expect(scene.failsWithin(56_000, { reportEveryMs: 6000 })).toBeUndefined();
    expect(scene.failsWithin(minute)).toBe(26_000);
  });

  it("is not reported if reports were lost and come again", () => {
    const scene = new Scene();
    for (let round = 0; round < 5; round += 1) {
      scene.failsWithin(10_000, { reportEveryMs: 1000 });
      expect(scene.failsWithin(8000)).toBeUndefined();
    }
  });

  it("is not reported if the peer has sent no report: its stack may not send any", () => {
    expect(new Scene().failsWithin(10 * minute)).toBeUndefined();
  });

  it("is reported after twenty seconds if the peer has sent one report, whose interval is not known", () => {
    const scene = new Scene();
    scene.failsWithin(lookMs, { reportEveryMs: 0 });
    expect(scene.failsWithin(minute)).toBe(22_000);
  });

  it("is not reported if the second report comes late", () => {
    const scene = new Scene();
    scene.failsWithin(lookMs, { reportEveryMs: 0 });
    expect(scene.failsWithin(18_000)).toBeUndefined();
    expect(scene.failsWithin(lookMs, { reportEveryMs: 0 })).toBeUndefined();
    expect(scene.failsWithin(18_000)).toBeUndefined();
  });

  it("is not reported while nothing is sent, nor at once when it is sent again", () => {
    const scene = new Scene();
    scene.failsWithin(minute, { reportEveryMs: 1000 });
    expect(scene.failsWithin(minute, { packets: 0 })).toBeUndefined();
    expect(scene.failsWithin(8000)).toBeUndefined();
  });

  it("is not reported while nothing comes from the peer, nor at once afterwards: the path has failed then", () => {
    const scene = new Scene();
    scene.failsWithin(minute, { reportEveryMs: 1000 });
    expect(scene.failsWithin(minute, { others: false })).toBeUndefined();
    expect(scene.failsWithin(8000)).toBeUndefined();
  });

  it("is not reported if the page slept for an hour and the next report is yet to come", () => {
    const scene = new Scene();
    scene.failsWithin(minute, { reportEveryMs: 1000 });
    scene.now += 60 * minute;
    expect(scene.failsWithin(lookMs)).toBeUndefined();
    expect(scene.failsWithin(minute, { reportEveryMs: 1000 })).toBeUndefined();
  });

  it("is reported beside a track that arrives", () => {
    const delivery = new OutboundTracks();
    const results: string[] = [];
    for (let now = 0; now <= 24_000; now += lookMs) {
      const [audio, video] = [
        report({ reported: now, sent: now + 1 }, now, "audio"),
        report({ reported: Math.min(now, 8000), sent: now + 1 }, now),
      ];
      results.push(delivery.check(new Map([...audio, ...video]) as RTCStatsReport, true));
    }
    expect([results.indexOf("unreported"), results.indexOf("stalled")]).toEqual([5, 10]);
  });
});
