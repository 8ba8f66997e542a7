import { describe, expect, it } from "vitest";
import { InboundTracks } from "./inbound-tracks.js";

/** One track in `getStats`: packets sent, as its sender reports them, packets received, and decoded frames of video. */
function report(sent: number, received: number, name = "video", framesDecoded?: number): [string, object][] {
  return [
    [`sent ${name}`, { type: "remote-outbound-rtp", localId: name, packetsSent: sent }],
    [name, { type: "inbound-rtp", packetsReceived: received, framesDecoded }],
  ];
}

const fails = (tracks: InboundTracks, ...entries: [string, object][]): boolean => tracks.hasStalled(new Map(entries));
const course = (...counts: [sent: number, received: number][]): boolean[] => {
  const tracks = new InboundTracks();
  return counts.map(([sent, received]) => fails(tracks, ...report(sent, received)));
};

describe("a stalled inbound track", () => {
  it("is reported once, when its sender has sent more twice while nothing arrived", () => {
    expect(course([10, 10], [20, 10], [30, 10], [30, 10], [40, 10])).toEqual([false, false, true, false, false]);
  });

  it("is reported again after something arrived", () => {
    expect(course([10, 10], [20, 10], [30, 10], [30, 11], [40, 11], [50, 11])).toEqual([
      false,
      false,
      true,
      false,
      false,
      true,
    ]);
  });

  it("is not reported while a few packets still arrive", () => {
    expect(course([10, 10], [20, 11], [30, 12], [40, 13])).toEqual([false, false, false, false]);
  });

  it("is reported if video packets arrive for repair and no frame is decoded", () => {
    const tracks = new InboundTracks();
    const seen = [10, 20, 20, 30].map((sent, look) => fails(tracks, ...report(sent, 10 + look, "video", 4)));
    expect(seen).toEqual([false, false, false, true]);
  });

  it("is not reported if video arrives and is not decoded, or if a frame was decoded", () => {
    const watched = (frames: (look: number) => number, received: (look: number) => number): boolean[] => {
      const tracks = new InboundTracks();
      return [0, 1, 2, 3, 4].map((look) =>
        fails(tracks, ...report(10 + 10 * look, received(look), "video", frames(look))),
      );
    };
    const none = [false, false, false, false, false];
    expect(
      watched(
        () => 0,
        (look) => 10 + 6 * look,
      ),
    ).toEqual(none);
    expect(
      watched(
        (look) => look,
        (look) => 10 + look,
      ),
    ).toEqual(none);
  });

  it("is not reported for a track that lasted a moment: its report comes when it has ended", () => {
    expect(course([0, 4], [2, 4], [3, 4], [4, 4], [4, 4])).toEqual([false, false, false, false, false]);
  });

  it("is not reported while its sender sends nothing, or has not reported yet", () => {
    expect(course([10, 10], [10, 10], [10, 10], [10, 10])).toEqual([false, false, false, false]);
  });

  it("is reported after earlier losses too", () => {
    expect(course([100, 60], [110, 70], [120, 70], [130, 70])).toEqual([false, false, false, true]);
  });

  it("is reported beside a track that arrives", () => {
    const tracks = new InboundTracks();
    const seen = [10, 20, 30].map((count) => fails(tracks, ...report(count, count, "audio"), ...report(count, 5)));
    expect(seen).toEqual([false, false, true]);
  });
});
