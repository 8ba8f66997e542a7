import { describe, expect, it } from "vitest";
import { connected, joinLab, receivesFrames, waitForLabels, type LabPage } from "./lab/lab-page.js";
import { withLab } from "./lab/with-lab.js";

/** Publishes a video that ends by `window.kept.endSource`, in `window.kept.publication`, with its events in `notes`. */
function publishVideoThatEnds({ page }: LabPage): Promise<void> {
  return page.evaluate(async () => {
    // A received track ends with its connection, with the event, as a camera does that is unplugged.
    const [sender, receiver] = [new RTCPeerConnection(), new RTCPeerConnection()];
    for (const [one, other] of [
      [sender, receiver],
      [receiver, sender],
    ] as const)
      one.onicecandidate = ({ candidate }) => void other.addIceCandidate(candidate ?? undefined);
    const received = new Promise<MediaStreamTrack>((resolve) => {
      receiver.ontrack = ({ track }) => resolve(track);
    });
    const [camera] = (await window.lab.media()).getVideoTracks();
    if (camera === undefined) throw new Error("There is no camera.");
    sender.addTrack(camera);
    await sender.setLocalDescription();
    await receiver.setRemoteDescription(sender.localDescription ?? { type: "offer" });
    await receiver.setLocalDescription();
    await sender.setRemoteDescription(receiver.localDescription ?? { type: "answer" });
    const track = await received;
    const publication = window.manager.publish(new MediaStream([track]), { label: "screen" });
    const notes: string[] = [];
    publication.on("ended", ({ kind }) => notes.push(`ended ${kind}`));
    Object.assign(window.kept, { publication, notes, endSource: () => receiver.getTransceivers()[0]?.stop() });
  });
}

describe("a publication", () => {
  const lab = withLab();

  it("V05: ends with its source at the others, is offered to no newcomer, and begins again by `replace`", async () => {
    const [sender, viewer, late] = await Promise.all([lab.open(), lab.open(), lab.open()]);
    const from = await joinLab(sender, "ends", { camera: true });
    await joinLab(viewer, "ends");
    await publishVideoThatEnds(sender);
    await waitForLabels(viewer, "camera,screen");
    await receivesFrames(viewer);
    await sender.page.evaluate(() => (window.kept.endSource as () => void)());
    await waitForLabels(viewer, "camera");
    const [state, notes] = await sender.page.evaluate(() => {
      const { publication, notes } = window.kept as { publication: { state: string }; notes: string[] };
      return [publication.state, notes] as const;
    });
    expect([state, notes]).toEqual(["ended", ["ended video"]]);
    await joinLab(late, "ends");
    await connected(late, 2);
    await waitForLabels(late, "camera");
    await receivesFrames(late, 3, { from });
    await sender.page.evaluate(async () => {
      const [track] = (await window.lab.media()).getVideoTracks();
      const publication = window.kept.publication as { replace(track: MediaStreamTrack | undefined): Promise<void> };
      await publication.replace(track);
    });
    await Promise.all([waitForLabels(viewer, "camera,screen"), waitForLabels(late, "camera,screen")]);
    await receivesFrames(viewer, 5, { from });
    const offered = await late.page.evaluate(() =>
      (window.kept.tracks as { label: string }[]).map(({ label }) => label),
    );
    expect(offered).toEqual(["camera", "screen"]);
  });

  it("that is stopped by `track.stop()`, of which browsers send no event, ends at the others", async () => {
    const [sender, viewer] = await Promise.all([lab.open(), lab.open()]);
    await joinLab(sender, "stops", { camera: true });
    await joinLab(viewer, "stops");
    await receivesFrames(viewer);
    await sender.page.evaluate(() => {
      for (const { tracks } of window.manager.publications) for (const track of tracks) track.stop();
    });
    await waitForLabels(viewer, "");
  });

  it("takes nothing from a sender that the application has given another track", async () => {
    const [sender, viewer] = await Promise.all([lab.open(), lab.open()]);
    await joinLab(sender, "by-hand", { camera: true });
    await joinLab(viewer, "by-hand");
    await receivesFrames(viewer);
    await sender.page.evaluate(async () => {
      const [published] = window.manager.publications.flatMap(({ tracks }) =>
        tracks.filter(({ kind }) => kind === "video"),
      );
      const [other] = (await window.lab.media()).getVideoTracks();
      for (const { connection } of window.manager.peers.values())
        for (const rtpSender of connection?.getSenders() ?? [])
          if (rtpSender.track === published) await rtpSender.replaceTrack(other ?? null);
      published?.stop();
    });
    // Longer than the wait between two checks.
    await receivesFrames(viewer, 75);
  });
});
