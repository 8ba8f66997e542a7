import { beforeEach, describe, expect, it } from "vitest";
import type { PeerConnection } from "../peer-connection.js";
import { PathWatch } from "./path-watch.js";
import { StatsSampler } from "./stats-sampler.js";

/** A connection, its peer and the time: what matters of them here. */
class Scene {
  time = 0;
  timers: { at: number; run: () => void }[] = [];
  expected = true;
  packet: number | undefined = 1;
  /** When the newest packet of another track was played, where there is one. */
  other: number | undefined;
  bytes = 1000;
  /** Of the other track, as its sender says. */
  sent = 0;
  statistics = 0;
  reported: string[] = [];
  /** Whether the peer's network stack acknowledges what it is asked. */
  answers = false;

  readonly #connection = {
    getTransceivers: () => [
      { receiver: this.packet === undefined ? {} : { getSynchronizationSources: () => [{ timestamp: this.packet }] } },
      {
        receiver:
          this.packet === undefined
            ? {}
            : { getSynchronizationSources: () => (this.other === undefined ? [] : [{ timestamp: this.other }]) },
      },
    ],
    getStats: () => {
      this.statistics += 1;
      return Promise.resolve(
        new Map<string, object>([
          ["t", { type: "transport", bytesReceived: this.bytes }],
          ["other", { type: "inbound-rtp", packetsReceived: 3 }],
          ["sent", { type: "remote-outbound-rtp", localId: "other", packetsSent: this.sent }],
        ]),
      );
    },
  } as unknown as PeerConnection;

  readonly watch = new PathWatch(
    this.#connection,
    new StatsSampler(this.#connection),
    {
      now: () => this.time,
      after: (ms, run) => {
        const timer = { at: this.time + ms, run };
        this.timers.push(timer);
        return () => void (this.timers = this.timers.filter((other) => other !== timer));
      },
    },
    { silentMs: 1200, restMs: 8000 },
    () => this.expected,
    {
      probe: () => {
        this.reported.push("probe");
        if (this.answers) this.bytes += 50;
      },
      recover: ({ type }) => this.reported.push(type),
    },
  );

  /** Lets time pass; `meanwhile` happens before each look. */
  async pass(ms: number, meanwhile: () => void = () => undefined): Promise<void> {
    const end = this.time + ms;
    for (;;) {
      const next = this.timers.shift();
      if (next === undefined || next.at > end) {
        if (next !== undefined) this.timers.unshift(next);
        break;
      }
      this.time = Math.max(this.time, next.at);
      meanwhile();
      next.run();
      for (let turn = 0; turn < 10; turn++) await Promise.resolve();
    }
    this.time = end;
  }
}

describe("the watch for silence", () => {
  let scene: Scene;

  beforeEach(async () => {
    scene = new Scene();
    scene.watch.wake();
    await scene.pass(4000, () => (scene.packet = (scene.packet ?? 0) + 1));
  });

  it("asks for nothing while packets are played", () => {
    expect(scene.reported).toEqual([]);
    expect(scene.statistics).toBe(0);
  });

  it("asks for a sign of life when none are, and says in 1.6 seconds at most that none came", async () => {
    await scene.pass(800);
    expect(scene.reported).toEqual(["probe"]);
    await scene.pass(800);
    expect(scene.reported).toEqual(["probe", "path-stalled"]);
  });

  it("is content with an acknowledgement: the peer may have nothing to play", async () => {
    scene.answers = true;
    await scene.pass(10_000);
    expect(scene.reported.length).toBeGreaterThan(3);
    expect(new Set(scene.reported)).toEqual(new Set(["probe"]));
  });

  it("reports a stalled track when one track stands still and the peer sends it", async () => {
    scene.other = 5000;
    await scene.pass(4000, () => {
      scene.packet = (scene.packet ?? 0) + 1;
      scene.sent += 1;
    });
    expect(scene.reported).toEqual(["stuck"]);
  });

  it("says nothing of a connection that was closed while its statistics were fetched", async () => {
    scene.other = 5000;
    await scene.pass(4000, () => {
      scene.packet = (scene.packet ?? 0) + 1;
      scene.sent += 1;
      // The look that begins now would be the one to say so.
      if (scene.sent === 5) queueMicrotask(() => scene.watch.close());
    });
    expect(scene.reported).toEqual([]);
  });

  it("says nothing of a track that stands still because the peer sends nothing of it", async () => {
    scene.other = 5000;
    await scene.pass(4000, () => (scene.packet = (scene.packet ?? 0) + 1));
    expect(scene.reported).toEqual([]);
    expect(scene.statistics).toBeGreaterThan(0);
  });

  it("says when it hears something again", async () => {
    await scene.pass(2000);
    scene.packet = 100_000;
    await scene.pass(400);
    expect(scene.reported).toEqual(["probe", "path-stalled", "path-recovered"]);
  });

  it("notices a second silence as soon as the first", async () => {
    await scene.pass(2000);
    scene.packet = 100_000;
    await scene.pass(400);
    await scene.pass(1600);
    expect(scene.reported).toEqual(["probe", "path-stalled", "path-recovered", "probe", "path-stalled"]);
  });

  it("says every 8 seconds that it is still silent", async () => {
    await scene.pass(20_000);
    expect(scene.reported).toEqual(["probe", "path-stalled", "path-stalled", "path-stalled"]);
  });

  it("gives a page that was frozen more time: it received nothing because it did not run", async () => {
    scene.time += 60_000;
    await scene.pass(300);
    expect(scene.reported).toEqual([]);
    await scene.pass(1600);
    expect(scene.reported).toEqual(["probe", "path-stalled"]);
  });

  it("rests while no media is received, and leaves no timer", async () => {
    scene.expected = false;
    await scene.pass(1000);
    expect(scene.timers).toEqual([]);
    scene.expected = true;
    scene.watch.wake();
    expect(scene.timers).toHaveLength(1);
    scene.watch.close();
    expect(scene.timers).toEqual([]);
  });

  it("does not watch a stack that cannot tell of packets", () => {
    const other = new Scene();
    other.packet = undefined;
    other.watch.wake();
    expect(other.timers).toEqual([]);
  });
});
