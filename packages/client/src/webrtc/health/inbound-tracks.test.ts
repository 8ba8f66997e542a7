import { describe, expect, it } from "vitest";
import { InboundTracks } from "./inbound-tracks.js";

/** What `getStats` says of one track: how many packets its sender says it has sent, how many have come, and of pictures how many were decoded. */
function report(sent: number, received: number, name = "video", framesDecoded?: number): [string, object][] {
  return [
    [`sent ${name}`, { type: "remote-outbound-rtp", localId: name, packetsSent: sent }],
    [name, { type: "inbound-rtp", packetsReceived: received, framesDecoded }],
  ];
}

const fails = (reception: InboundTracks, ...entries: [string, object][]): boolean =>
  reception.hasStalled(new Map(entries));
const course = (...counts: [sent: number, received: number][]): boolean[] => {
  const reception = new InboundTracks();
  return counts.map(([sent, received]) => fails(reception, ...report(sent, received)));
};

describe("a track that does not get through", () => {
  it("is one whose sender has sent more twice while nothing arrived, and is reported once", () => {
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

  it("is none of which something comes, however little", () => {
    expect(course([10, 10], [20, 11], [30, 12], [40, 13])).toEqual([false, false, false, false]);
  });

  it("is a picture of which some repair packets come, and no frame", () => {
    const reception = new InboundTracks();
    const seen = [10, 20, 20, 30].map((sent, look) => fails(reception, ...report(sent, 10 + look, "video", 4)));
    expect(seen).toEqual([false, false, false, true]);
  });

  it("is no picture that comes and is not decoded, or of which a frame was decoded", () => {
    const watched = (frames: (look: number) => number, received: (look: number) => number): boolean[] => {
      const reception = new InboundTracks();
      return [0, 1, 2, 3, 4].map((look) =>
        fails(reception, ...report(10 + 10 * look, received(look), "video", frames(look))),
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

  it("is none that was there for a moment: reports tell of it when it is over", () => {
    expect(course([0, 4], [2, 4], [3, 4], [4, 4], [4, 4])).toEqual([false, false, false, false, false]);
  });

  it("is none whose sender sends nothing, or has not reported yet", () => {
    expect(course([10, 10], [10, 10], [10, 10], [10, 10])).toEqual([false, false, false, false]);
  });

  it("is noticed after losses as before them", () => {
    expect(course([100, 60], [110, 70], [120, 70], [130, 70])).toEqual([false, false, false, true]);
  });

  it("is noticed beside another that does", () => {
    const reception = new InboundTracks();
    const seen = [10, 20, 30].map((count) => fails(reception, ...report(count, count, "audio"), ...report(count, 5)));
    expect(seen).toEqual([false, false, true]);
  });
});
