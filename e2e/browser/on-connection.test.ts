import { describe, expect, it } from "vitest";
import { connected, joinLab, receivesFrames, type LabPage } from "./lab/lab-page.js";
import { withLab } from "./lab/with-lab.js";

/** Joins with a camera and the option `onConnection`, which prefers VP9 and records what it sees. */
function joinWithPreferences({ page }: LabPage, room: string): Promise<void> {
  return page.evaluate(async (room) => {
    const { PeerManager, io, media } = window.lab;
    const prefer = (transceiver: RTCRtpTransceiver): void => {
      const codecs = RTCRtpReceiver.getCapabilities(transceiver.receiver.track.kind)?.codecs ?? [];
      const isPreferred = ({ mimeType }: { mimeType: string }): boolean => mimeType === "video/VP9";
      transceiver.setCodecPreferences(codecs.filter(isPreferred).concat(codecs.filter((codec) => !isPreferred(codec))));
    };
    const seen: string[] = [];
    window.kept.seen = seen;
    const manager = new PeerManager(io({ transports: ["websocket"] }), {
      onConnection: (connection) => {
        const transceivers = connection.getTransceivers().filter(({ receiver }) => receiver.track.kind === "video");
        seen.push(`${connection.signalingState} ${String(transceivers.length)}`);
        transceivers.forEach(prefer);
        connection.addEventListener("track", ({ transceiver }) => prefer(transceiver));
      },
    });
    window.manager = manager;
    manager.publish(await media(), { label: "camera" });
    await manager.join(room);
  }, room);
}

/** The codec of the video that a page sends to its only peer: what that one prefers to receive. */
function sentCodec({ page }: LabPage): Promise<string> {
  return page.evaluate(async () => {
    const codec = async (): Promise<string> => {
      const stats = (await window.lab.peer()?.getStats()) ?? new Map<string, object>();
      for (const { type, kind, codecId, framesEncoded = 0 } of stats.values() as Iterable<Record<string, string>>)
        if (type === "outbound-rtp" && kind === "video" && Number(framesEncoded) > 0)
          return (stats.get(codecId ?? "") as { mimeType?: string } | undefined)?.mimeType ?? "";
      return "";
    };
    return window.lab.until(codec, (found) => found !== "");
  });
}

describe("the option `onConnection`", () => {
  const lab = withLab();

  it.each(["offers", "answers"])(
    "V09: sets codecs where the page %s, on a connection that replaces another too",
    async (role) => {
      const [page, other] = await Promise.all([lab.open(), lab.open()]);
      const room = `codecs of who ${role}`;
      if (role === "offers") await joinLab(other, room, { camera: true });
      await joinWithPreferences(page, room);
      if (role === "answers") await joinLab(other, room, { camera: true });
      await Promise.all([connected(page, 1), receivesFrames(other)]);
      expect(await sentCodec(other)).toBe("video/VP9");
      await other.page.evaluate(async () => {
        const before = window.lab.connection();
        before?.close();
        // A closed connection is noticed by the next change.
        window.manager.publish(await window.lab.media({ video: false, audio: true })).stop();
        await window.lab.until(
          window.lab.connection,
          (connection) => connection !== undefined && connection !== before,
        );
      });
      await Promise.all([connected(page, 1), connected(other, 1), receivesFrames(other)]);
      expect(await sentCodec(other)).toBe("video/VP9");
      const seen = await page.page.evaluate(() => window.kept.seen as string[]);
      expect(seen.length).toBeGreaterThan(1);
      expect(new Set(seen)).toEqual(new Set(["stable 1"]));
    },
  );
});
