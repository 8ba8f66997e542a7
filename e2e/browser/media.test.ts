import { describe, expect, it } from "vitest";
import { connected, eventsMatching, joinLab, receivesFrames, waitForLabels, type LabPage } from "./lab/lab-page.js";
import { recordedMessages, recordMessages } from "./lab/recorded-messages.js";
import { withLab } from "./lab/with-lab.js";

describe("publications", () => {
  const lab = withLab();

  async function twoPages(): Promise<[LabPage, LabPage]> {
    return Promise.all([lab.open(), lab.open()]);
  }

  /** Publishes one more video, in `window.kept.publication`. */
  function publish({ page }: LabPage, label: string): Promise<void> {
    return page.evaluate(async (label) => {
      window.kept.publication = window.manager.publish(await window.lab.media(), { label });
    }, label);
  }

  it("reach peers that join later, with their labels, grouped in their streams", async () => {
    const [early, late] = await twoPages();
    await joinLab(early, "late");
    await early.page.evaluate(async () => {
      const { media } = window.lab;
      window.manager.publish(await media({ audio: true }), { label: "camera" });
      window.manager.publish(await media(), { label: "screen" });
    });
    await joinLab(late, "late");
    await waitForLabels(late, "camera,camera,screen");
    const kinds = await late.page.evaluate(
      () =>
        window.lab
          .connection()
          ?.getReceivers()
          .map(({ track }) => track.kind) ?? [],
    );
    expect(kinds.sort()).toEqual(["audio", "video", "video"]);
    const kindsByStream = await late.page.evaluate(() => {
      const byStream = new Map<string, string[]>();
      for (const { label, kind, stream } of window.kept.tracks as Record<"label" | "kind" | "stream", string>[]) {
        const key = `${label} ${stream}`;
        byStream.set(key, [...(byStream.get(key) ?? []), kind].sort());
      }
      return Array.from(byStream, ([key, kinds]) => `${key.split(" ")[0] ?? ""}: ${kinds.join()}`).sort();
    });
    expect(kindsByStream).toEqual(["camera: audio,video", "screen: video"]);
    await receivesFrames(late);
  });

  it("end on the other side when they stop, and their media sections are reused", async () => {
    const [sender, viewer] = await twoPages();
    await joinLab(sender, "again", { camera: true });
    await joinLab(viewer, "again");
    await waitForLabels(viewer, "camera");
    for (let round = 0; round < 5; round += 1) {
      await publish(sender, `share ${String(round)}`);
      await waitForLabels(viewer, `camera,share ${String(round)}`);
      await receivesFrames(viewer, 2);
      await sender.page.evaluate(() => {
        (window.kept.publication as { stop(): void }).stop();
      });
      await waitForLabels(viewer, "camera");
    }
    const sections = await sender.page.evaluate(
      () => window.lab.connection()?.localDescription?.sdp.match(/^m=/gm)?.length,
    );
    expect(sections).toBe(3);
  });

  it("keep their own label and stream when one replaces another at the same moment", async () => {
    const [sender, viewer] = await twoPages();
    await joinLab(sender, "swap");
    await joinLab(viewer, "swap");
    await publish(sender, "first");
    await waitForLabels(viewer, "first");
    await sender.page.evaluate(async () => {
      const stream = await window.lab.media();
      (window.kept.publication as { stop(): void }).stop();
      window.manager.publish(stream, { label: "second" });
    });
    await waitForLabels(viewer, "second");
    await receivesFrames(viewer);
  });

  it("replace a track without a new negotiation", async () => {
    const [sender, viewer] = await twoPages();
    await joinLab(sender, "replace");
    await joinLab(viewer, "replace");
    await publish(sender, "camera");
    await Promise.all([waitForLabels(viewer, "camera"), connected(sender, 1)]);
    const versions = await sender.page.evaluate(async () => {
      const connection = window.lab.connection();
      await window.lab.until(
        () => connection?.signalingState,
        (state) => state === "stable",
      );
      const before = connection?.localDescription?.sdp;
      const [track] = (await window.lab.media()).getVideoTracks();
      if (track !== undefined)
        await (window.kept.publication as { replace(track: MediaStreamTrack): Promise<void> }).replace(track);
      return [before, connection?.localDescription?.sdp].map((sdp) => /^o=.*$/m.exec(sdp ?? "")?.[0]);
    });
    expect(versions[0]).toMatch(/^o=/);
    expect(versions[1]).toBe(versions[0]);
    await receivesFrames(viewer);
  });

  it("reach only the peers that `to` selects", async () => {
    const [sender, viewer] = await twoPages();
    const other = await lab.open();
    const id = await joinLab(viewer, "meant");
    await joinLab(other, "meant");
    const from = await joinLab(sender, "meant");
    await Promise.all([connected(viewer, 2), connected(other, 2)]);
    await sender.page.evaluate(async (id) => {
      window.manager.publish(await window.lab.media(), { label: "secret", to: (peer) => peer.id === id });
      window.manager.publish(await window.lab.media({ video: false, audio: true }), { label: "public" });
    }, id);
    await waitForLabels(viewer, "public,secret");
    await waitForLabels(other, "public");
    await receivesFrames(viewer, 5, { from });
    expect(await eventsMatching(other, /^track/)).toEqual(["track public audio"]);
  });
});

describe("a manager that does not trickle", () => {
  const lab = withLab();

  it("connects with all its candidates inside its descriptions", async () => {
    const [whole, trickling] = await Promise.all([lab.open("/", { prepare: recordMessages }), lab.open()]);
    await joinLab(trickling, "whole", { camera: true });
    await joinLab(whole, "whole", { camera: true, manager: { trickle: false } });
    await Promise.all([connected(whole, 1), connected(trickling, 1)]);
    await Promise.all([receivesFrames(whole), receivesFrames(trickling)]);
    const { descriptions, candidates } = await recordedMessages(whole);
    expect(descriptions).not.toEqual([]);
    for (const sdp of descriptions) expect(sdp).toMatch(/^a=candidate:/m);
    // An empty line is an acknowledgment, or the end of candidates.
    expect(candidates.filter((line) => line !== "")).toEqual([]);
  });
});
