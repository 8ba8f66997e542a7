import { describe, expect, it } from "vitest";
import { OutboundTracks } from "./outbound-tracks.js";

const lookMs = 2000;

/** One stream, looked at every two seconds. */
class Scene {
  readonly #delivery = new OutboundTracks();
  now = 0;
  #sent = 0;
  #reportedAt: number | undefined;

  /** Lets time pass until the stream is reported as stalled, and returns how much; undefined where it is not results. */
  failsWithin(ms: number, { reportEveryMs = Infinity, packets = 10, others = true } = {}): number | undefined {
    const begin = this.now;
    while (this.now < begin + ms) {
      this.now += lookMs;
      this.#sent += packets;
      if (this.now - (this.#reportedAt ?? -Infinity) >= reportEveryMs) this.#reportedAt = this.now;
      if (
        this.#delivery.check(report({ reported: this.#reportedAt, sent: this.#sent }, this.now), others) === "stalled"
      )
        return this.now - begin;
    }
    return undefined;
  }
}

/** What is known of one stream: when the newest report of the peer's came, if any did, and how many packets were sent. */
function report(
  { reported, sent }: { reported: number | undefined; sent: number },
  now: number,
  name = "picture",
): RTCStatsReport {
  const entries: [string, object][] = [[name, { type: "outbound-rtp", timestamp: now, packetsSent: sent }]];
  if (reported !== undefined)
    entries.push([`of ${name}`, { type: "remote-inbound-rtp", localId: name, timestamp: reported }]);
  return new Map(entries);
}

const minute = 60_000;

describe("a stream that the peer has ceased to receive", () => {
  it("is one that is sent, and of which it reports no more for ten seconds, while other things come from it", () => {
    const scene = new Scene();
    expect(scene.failsWithin(minute, { reportEveryMs: 1000 })).toBeUndefined();
    expect(scene.failsWithin(minute)).toBe(12_000);
  });

  it("is waited for longer where reports came seldom: four times as long as from one to the next", () => {
    const scene = new Scene();
    expect(scene.failsWithin(56_000, { reportEveryMs: 6000 })).toBeUndefined();
    expect(scene.failsWithin(minute)).toBe(26_000);
  });

  it("is none where reports were lost and come again", () => {
    const scene = new Scene();
    for (let round = 0; round < 5; round += 1) {
      scene.failsWithin(10_000, { reportEveryMs: 1000 });
      expect(scene.failsWithin(8000)).toBeUndefined();
    }
  });

  it("is none of which the peer has never reported, or once: it may be a stack that does not", () => {
    expect(new Scene().failsWithin(10 * minute)).toBeUndefined();
    const once = new Scene();
    once.failsWithin(lookMs, { reportEveryMs: 0 });
    expect(once.failsWithin(10 * minute)).toBeUndefined();
  });

  it("is none while nothing is sent, nor at once when it is sent again", () => {
    const scene = new Scene();
    scene.failsWithin(minute, { reportEveryMs: 1000 });
    expect(scene.failsWithin(minute, { packets: 0 })).toBeUndefined();
    expect(scene.failsWithin(8000)).toBeUndefined();
  });

  it("is none while nothing at all comes from the peer, nor at once when something does: it is the path then", () => {
    const scene = new Scene();
    scene.failsWithin(minute, { reportEveryMs: 1000 });
    expect(scene.failsWithin(minute, { others: false })).toBeUndefined();
    expect(scene.failsWithin(8000)).toBeUndefined();
  });

  it("is none where the page slept for an hour between two looks, and the next report is yet to come", () => {
    const scene = new Scene();
    scene.failsWithin(minute, { reportEveryMs: 1000 });
    scene.now += 60 * minute;
    expect(scene.failsWithin(lookMs)).toBeUndefined();
    expect(scene.failsWithin(minute, { reportEveryMs: 1000 })).toBeUndefined();
  });

  it("is noticed beside another that arrives", () => {
    const delivery = new OutboundTracks();
    const results: string[] = [];
    for (let now = 0; now <= 24_000; now += lookMs) {
      const [sound, picture] = [
        report({ reported: now, sent: now + 1 }, now, "sound"),
        report({ reported: Math.min(now, 8000), sent: now + 1 }, now),
      ];
      results.push(delivery.check(new Map([...sound, ...picture]) as RTCStatsReport, true));
    }
    expect([results.indexOf("unreported"), results.indexOf("stalled")]).toEqual([5, 10]);
  });
});
