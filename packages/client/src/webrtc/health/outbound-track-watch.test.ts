import { beforeEach, describe, expect, it } from "vitest";
import { FakeClock } from "../../testing/fake-clock.js";
import { OutboundTrackWatch } from "./outbound-track-watch.js";
import type { PeerConnection } from "../peer-connection.js";
import { StatsSampler } from "./stats-sampler.js";

/** A connection over which one stream is sent, and the peer at its other end. */
class Scene {
  readonly clock = new FakeClock();
  expected = true;
  /** Whether the peer receives the stream, and so reports of it. */
  receives = true;
  /** What comes from the peer besides, in bytes for each look. */
  bytesEachLook = 100;
  /** Whether the peer's network stack acknowledges what it is asked. */
  answers = true;
  looks = 0;
  /** Instead of the statistics. */
  failure: (() => unknown) | undefined;
  /** Happens while the statistics are fetched. */
  meanwhile = (): void => undefined;
  readonly reported: string[] = [];
  #reportedAt = 0;
  #bytes = 0;

  readonly watch = new OutboundTrackWatch(
    new StatsSampler({
      getStats: () => (this.failure === undefined ? Promise.resolve(this.#look()) : this.failure()),
    } as unknown as PeerConnection),
    this.clock,
    () => this.expected,
    {
      probe: () => {
        this.reported.push("probe");
        if (this.answers) this.#bytes += 50;
      },
      recover: ({ type }) => this.reported.push(type),
    },
  );

  #look(): RTCStatsReport {
    this.looks += 1;
    this.meanwhile();
    const timestamp = this.clock.now();
    if (this.receives) this.#reportedAt = timestamp;
    this.#bytes += this.bytesEachLook;
    return new Map<string, object>([
      ["t", { type: "transport", bytesReceived: this.#bytes }],
      ["sent", { type: "outbound-rtp", timestamp, packetsSent: 10 * this.looks }],
      ["of it", { type: "remote-inbound-rtp", localId: "sent", timestamp: this.#reportedAt }],
    ]);
  }
}

describe("the watch for what does not arrive", () => {
  let scene: Scene;

  beforeEach(async () => {
    scene = new Scene();
    scene.watch.wake();
    await scene.clock.advance(20_000);
    scene.reported.length = 0;
  });

  it("looks every two seconds, and has nothing to say or to ask while all is well", async () => {
    await scene.clock.advance(20_000);
    expect([scene.looks, scene.reported]).toEqual([20, []]);
  });

  it("asks nothing of a peer that sends nothing and reports of what it receives", async () => {
    scene.bytesEachLook = 0;
    await scene.clock.advance(20_000);
    expect(scene.reported).toEqual([]);
  });

  it("reports a stalled track when the stream no longer arrives, and checks no further", async () => {
    scene.receives = false;
    await scene.clock.advance(12_000);
    expect(scene.reported).toEqual(["stuck"]);
    const { looks } = scene;
    scene.watch.wake();
    await scene.clock.advance(20_000);
    expect([scene.looks, scene.clock.pending]).toEqual([looks, 0]);
  });

  it("asks a peer that sends nothing, and takes its acknowledgement for a sign that the path is there", async () => {
    scene.bytesEachLook = 0;
    scene.receives = false;
    await scene.clock.advance(60_000);
    expect(new Set(scene.reported.slice(0, -1))).toEqual(new Set(["probe"]));
    expect(scene.reported.at(-1)).toBe("stuck");
  });

  it("says nothing of a path over which nothing comes: that is for others to repair", async () => {
    Object.assign(scene, { bytesEachLook: 0, receives: false, answers: false });
    await scene.clock.advance(60_000);
    expect(new Set(scene.reported)).toEqual(new Set(["probe"]));
  });

  it("rests while nothing is sent, and goes on where it is woken", async () => {
    scene.expected = false;
    await scene.clock.advance(20_000);
    const { looks } = scene;
    expect(scene.clock.pending).toBe(0);
    scene.expected = true;
    scene.watch.wake();
    scene.watch.wake();
    await scene.clock.advance(4000);
    expect(scene.looks).toBe(looks + 2);
  });

  it("V16: goes on after statistics are refused, or missing, or asking whether to look fails", async () => {
    const failures = [
      () => (scene.failure = () => Promise.reject(new Error("refused"))),
      () => (scene.failure = () => Promise.resolve(undefined)),
      () => (scene.failure = () => undefined),
      () =>
        Object.defineProperty(scene, "expected", {
          configurable: true,
          get: () => {
            throw new Error("The connection is gone.");
          },
        }),
    ];
    for (const fail of failures) {
      fail();
      await scene.clock.advance(6000);
      scene.failure = undefined;
      Object.defineProperty(scene, "expected", { configurable: true, value: true });
      const { looks } = scene;
      await scene.clock.advance(4000);
      expect(scene.looks).toBeGreaterThan(looks);
    }
    scene.receives = false;
    await scene.clock.advance(14_000);
    expect(scene.reported.at(-1)).toBe("stuck");
  });

  it("says nothing of a connection that was closed while its statistics were fetched", async () => {
    scene.receives = false;
    await scene.clock.advance(10_000);
    scene.meanwhile = () => scene.watch.close();
    await scene.clock.advance(20_000);
    expect([scene.reported, scene.clock.pending]).toEqual([[], 0]);
  });
});
