import { describe, expect, it } from "vitest";
import { LabServer } from "./lab/lab.js";
import { connected, joinLab, openLab, seesFrames, type LabPage } from "./lab/pair.js";
import { listenIn, said } from "./lab/said.js";
import { withLab } from "./lab/suite.js";
import { launch } from "./support/browser.js";

describe("publications", () => {
  const lab = withLab();

  async function twoPages(): Promise<[LabPage, LabPage]> {
    return Promise.all([lab.open(), lab.open()]);
  }

  async function hears({ page }: LabPage, labels: string): Promise<void> {
    await page.evaluate(
      (labels) =>
        window.lab.until(
          () => [...(window.kept.labels as string[])].sort().join(),
          (now) => now === labels,
        ),
      labels,
    );
  }

  it("reach those who come later, with their labels and grouped in their streams", async () => {
    const [early, late] = await twoPages();
    await joinLab(early, "late");
    await early.page.evaluate(async () => {
      const { media } = window.lab;
      window.manager.publish(await media({ audio: true }), { label: "camera" });
      window.manager.publish(await media(), { label: "screen" });
    });
    await joinLab(late, "late");
    await hears(late, "camera,camera,screen");
    const streams = await late.page.evaluate(() => {
      const byLabel: Record<string, number[]> = {};
      const streams = [...window.manager.peers.values()].flatMap(
        (peer) => peer.connection?.getReceivers().map(({ track }) => track.kind) ?? [],
      );
      byLabel.kinds = [
        streams.filter((kind) => kind === "audio").length,
        streams.filter((kind) => kind === "video").length,
      ];
      return byLabel;
    });
    expect(streams.kinds).toEqual([1, 2]);
    await seesFrames(late);
  });

  it("end on the other side when they stop, and use their media sections again", async () => {
    const [sender, viewer] = await twoPages();
    await joinLab(sender, "again", { camera: true });
    await joinLab(viewer, "again");
    await hears(viewer, "camera");
    for (let round = 0; round < 5; round += 1) {
      await sender.page.evaluate(async (round) => {
        window.kept.publication = window.manager.publish(await window.lab.media(), { label: `share ${String(round)}` });
      }, round);
      await hears(viewer, `camera,share ${String(round)}`);
      await seesFrames(viewer, 2);
      await sender.page.evaluate(() => {
        (window.kept.publication as { stop(): void }).stop();
      });
      await hears(viewer, "camera");
    }
    const sections = await sender.page.evaluate(
      () => [...window.manager.peers.values()][0]?.connection?.localDescription?.sdp.match(/^m=/gm)?.length,
    );
    expect(sections).toBe(3);
  });

  it("that take the place of another in the same moment are told apart by their label and stream", async () => {
    const [sender, viewer] = await twoPages();
    await joinLab(sender, "swap");
    await joinLab(viewer, "swap");
    await sender.page.evaluate(async () => {
      window.kept.publication = window.manager.publish(await window.lab.media(), { label: "first" });
    });
    await hears(viewer, "first");
    await sender.page.evaluate(async () => {
      const stream = await window.lab.media();
      (window.kept.publication as { stop(): void }).stop();
      window.manager.publish(stream, { label: "second" });
    });
    await hears(viewer, "second");
    await seesFrames(viewer);
  });

  it("replace a track without a new negotiation", async () => {
    const [sender, viewer] = await twoPages();
    await joinLab(sender, "replace");
    await joinLab(viewer, "replace");
    await sender.page.evaluate(async () => {
      window.kept.publication = window.manager.publish(await window.lab.media(), { label: "camera" });
    });
    await Promise.all([hears(viewer, "camera"), connected(sender, 1)]);
    const versions = await sender.page.evaluate(async () => {
      const connection = [...window.manager.peers.values()][0]?.connection;
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
    expect(versions[0]).toBe(versions[1]);
    await seesFrames(viewer);
  });

  it("go only to those they are meant for", async () => {
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
    await hears(viewer, "public,secret");
    await hears(other, "public");
    await seesFrames(viewer, 5, from);
    expect(await other.page.evaluate(() => window.heard.filter((line) => line.startsWith("track")))).toEqual([
      "track public audio",
    ]);
  });
});

describe("a manager that does not trickle", () => {
  it("connects with all its candidates inside its descriptions", async () => {
    const [server, browser] = await Promise.all([LabServer.start(), launch()]);
    try {
      const [whole, trickling] = await Promise.all([openLab(browser, server, "/", listenIn), openLab(browser, server)]);
      await joinLab(trickling, "whole", { camera: true });
      await joinLab(whole, "whole", { camera: true, manager: { trickle: false } });
      await Promise.all([connected(whole, 1), connected(trickling, 1)]);
      await Promise.all([seesFrames(whole), seesFrames(trickling)]);
      const { descriptions, candidates } = await said(whole);
      expect(descriptions).not.toEqual([]);
      for (const sdp of descriptions) expect(sdp).toMatch(/^a=candidate:/m);
      // An empty line is an acknowledgement, or the end of them.
      expect(candidates.filter((line) => line !== "")).toEqual([]);
    } finally {
      await browser.close();
      await server.close();
    }
  });
});
