import { describe, expect, test } from "vitest";
import type { PeerManager, Publication } from "../../src/index.js";
import { fakeStream, fakeTrack, recordEvents } from "../../src/testing/index.js";
import { Lab } from "../membership/lab.js";

/** Ends a track as an unplugged camera does, with the event. */
function unplug(track: MediaStreamTrack | undefined): void {
  (track as unknown as { end(): void }).end();
}

function notesOf(publication: Publication): string[] {
  const notes: string[] = [];
  publication.on("ended", ({ kind }) => notes.push(`ended ${kind}`));
  publication.on("muted", (muted, kind) => notes.push(`${muted ? "muted" : "on"} ${kind}`));
  return notes;
}

/** What arrives from the only peer, or from the first. */
function received(manager: PeerManager<never>): string[] {
  const [peer] = manager.peers.values();
  return (peer?.tracks ?? []).map(({ kind, label, muted }) => [label, kind, ...(muted ? ["muted"] : [])].join(" "));
}

async function pair(lab: Lab): Promise<[PeerManager<never>, PeerManager<never>]> {
  const managers = [lab.manager({}, "ada"), lab.manager({}, "grace")] as const;
  for (const manager of managers) await lab.join(manager);
  return [...managers];
}

describe("V05: a published track that ends", () => {
  test("is reported, ends at the others, and is not offered to newcomers", async () => {
    const lab = new Lab();
    const [ada, grace] = await pair(lab);
    const seen = recordEvents(grace);
    const stream = fakeStream("video");
    const screen = ada.publish(stream, { label: "screen" });
    const notes = notesOf(screen);
    await lab.clock.runOut();
    expect([screen.state, received(grace)]).toEqual(["live", ["screen video"]]);
    unplug(stream.getTracks()[0]);
    expect(screen.state).toBe("ended");
    await lab.clock.runOut();
    expect([notes, received(grace)]).toEqual([["ended video"], []]);
    expect(seen.lines.filter((line) => line.startsWith("trackEnded"))).toHaveLength(1);
    const late = lab.manager({}, "late");
    await lab.join(late);
    expect(recordEvents(late).lines.concat(received(late))).toEqual([]);
    expect([...late.peers.values()].map(({ state }) => state)).toEqual(["connected", "connected"]);
    expect(ada.publications).toEqual([screen]);
  });

  test("leaves the other track of its publication alone", async () => {
    const lab = new Lab();
    const [ada, grace] = await pair(lab);
    const stream = fakeStream("audio", "video");
    const camera = ada.publish(stream, { label: "camera" });
    const notes = notesOf(camera);
    await lab.clock.runOut();
    unplug(stream.getVideoTracks()[0]);
    await lab.clock.runOut();
    expect([camera.state, notes, received(grace)]).toEqual(["live", ["ended video"], ["camera audio"]]);
    unplug(stream.getAudioTracks()[0]);
    await lab.clock.runOut();
    expect([camera.state, notes, received(grace)]).toEqual(["ended", ["ended video", "ended audio"], []]);
  });

  test("is sent again after `replace`, to newcomers as well, and the old track counts no more", async () => {
    const lab = new Lab();
    const [ada, grace] = await pair(lab);
    const [first, second] = [fakeTrack("video"), fakeTrack("video")];
    const camera = ada.publish(first, { label: "camera" });
    const notes = notesOf(camera);
    await lab.clock.runOut();
    unplug(first);
    await lab.clock.runOut();
    await lab.clock.settle(camera.replace(second));
    await lab.clock.runOut();
    expect([camera.state, camera.tracks]).toEqual(["live", [second]]);
    const late = lab.manager({}, "late");
    await lab.join(late);
    const kinds = [...late.peers.values()].flatMap(({ tracks }) => tracks.map(({ kind }) => kind));
    expect([received(grace).map((track) => track.split(" ").at(-1)), kinds]).toEqual([["video"], ["video"]]);
    unplug(second);
    await lab.clock.runOut();
    expect(notes).toEqual(["ended video", "ended video"]);
  });

  test("before it is published is reported to who listens then, and never sent", async () => {
    const lab = new Lab();
    const [ada, grace] = await pair(lab);
    const dead = fakeTrack("video");
    dead.stop();
    const notes = notesOf(ada.publish(dead));
    await lab.clock.runOut();
    expect([notes, received(grace), [...grace.peers.values()][0]?.state]).toEqual([["ended video"], [], "connected"]);
  });

  test("by `track.stop()` is not offered to newcomers either", async () => {
    const lab = new Lab();
    const [ada, grace] = await pair(lab);
    const stream = fakeStream("audio", "video");
    ada.publish(stream, { label: "camera" });
    stream.getVideoTracks()[0]?.stop();
    const late = lab.manager({}, "late");
    await lab.join(late);
    const tracks = [...late.peers.values()].flatMap((peer) => peer.tracks.map(({ kind }) => kind));
    expect(tracks).toEqual(["audio"]);
    expect(received(grace)).toContain("camera audio");
  });

  test("by `track.stop()`, of which browsers send no event, ends at the others within two seconds", async () => {
    const lab = new Lab({}, { packets: true });
    const [ada, grace] = [lab.manager({}, "ada"), lab.manager({}, "grace")];
    for (const manager of [ada, grace]) await lab.clock.settle(manager.join("r"));
    const notes: string[] = [];
    grace.on("trackEnded", ({ label = "", kind }) => notes.push(`${label} ${kind}`));
    const stream = fakeStream("audio", "video");
    const camera = ada.publish(stream, { label: "camera" });
    await lab.clock.advance(10_000);
    stream.getVideoTracks()[0]?.stop();
    await lab.clock.advance(3000);
    const left = [...grace.peers.values()].flatMap((peer) => peer.tracks.map(({ kind }) => kind));
    expect([notes, left, camera.state]).toEqual([["camera video"], ["audio"], "live"]);
  });

  test("is reported no more once the publication is stopped", async () => {
    const lab = new Lab();
    const ada = lab.manager();
    const track = fakeTrack("video");
    const screen = ada.publish(track);
    const notes = notesOf(screen);
    screen.stop();
    unplug(track);
    await lab.clock.runOut();
    expect([notes, screen.state, ada.publications]).toEqual([[], "ended", []]);
  });
});

describe("V08: mute", () => {
  test("concerns one kind if asked to, and each change is reported once for each kind", () => {
    const stream = fakeStream("audio", "video");
    const camera = new Lab().manager().publish(stream);
    const enabled = (): boolean[] => stream.getTracks().map((track) => track.enabled);
    camera.mute("audio");
    expect([camera.muted, enabled()]).toEqual([false, [false, true]]);
    camera.mute();
    expect([camera.muted, enabled()]).toEqual([true, [false, false]]);
    camera.unmute("video");
    expect([camera.muted, enabled()]).toEqual([false, [false, true]]);
    camera.unmute();
    expect([camera.muted, enabled()]).toEqual([false, [true, true]]);
  });

  test("reports each change to the listeners of the publication, and nothing where nothing changes", async () => {
    const lab = new Lab();
    const camera = lab.manager().publish(fakeStream("audio", "video"));
    const notes = notesOf(camera);
    camera.mute("audio");
    camera.mute();
    camera.mute();
    camera.unmute();
    await lab.clock.runOut();
    expect(notes).toEqual(["muted audio", "muted video", "on audio", "on video"]);
  });

  test("switches nothing on that the application had switched off", () => {
    const [microphone, camera] = [fakeTrack("audio"), fakeTrack("video")];
    const manager = new Lab().manager();
    microphone.enabled = false;
    const publications = [manager.publish(microphone), manager.publish(camera)];
    for (const publication of publications) publication.mute();
    for (const publication of publications) publication.unmute();
    expect([microphone.enabled, camera.enabled]).toEqual([false, true]);
    publications[0]?.unmute();
    expect(microphone.enabled).toBe(false);
  });

  test("of one track in two publications lasts until neither is muted", () => {
    const track = fakeTrack("audio");
    const managers = [new Lab().manager(), new Lab().manager()];
    const [one, other] = managers.map((manager) => manager.publish(track));
    one?.mute();
    other?.unmute();
    expect([track.enabled, one?.muted, other?.muted]).toEqual([false, true, false]);
    other?.mute();
    one?.unmute();
    expect(track.enabled).toBe(false);
    other?.unmute();
    expect(track.enabled).toBe(true);
  });

  test("holds for the track that replaces another, and lets the other go", async () => {
    const lab = new Lab();
    const [first, second] = [fakeTrack("audio"), fakeTrack("audio")];
    const microphone = lab.manager().publish(first);
    microphone.mute();
    await lab.clock.settle(microphone.replace(second));
    expect([first.enabled, second.enabled, microphone.muted]).toEqual([true, false, true]);
    microphone.unmute();
    expect(second.enabled).toBe(true);
  });

  test("ends with `stop`, but not before nothing is sent any more", async () => {
    const lab = new Lab();
    const [ada, grace] = await pair(lab);
    const stream = fakeStream("audio");
    const [track = fakeTrack("audio")] = stream.getTracks();
    const microphone = ada.publish(stream, { label: "microphone" });
    microphone.mute();
    await lab.clock.runOut();
    expect(received(grace)).toEqual(["microphone audio muted"]);
    microphone.stop();
    const [sender] = [...ada.peers.values()][0]?.connection?.getSenders() ?? [];
    expect([track.enabled, sender?.track]).toEqual([false, track]);
    await lab.clock.runOut();
    expect([track.enabled, sender?.track]).toEqual([true, null]);
    microphone.mute();
    expect(track.enabled).toBe(true);
  });
});

describe("V10: `replace`", () => {
  test("settles while the peer leaves, and while everybody does", async () => {
    const lab = new Lab();
    const [ada, grace] = await pair(lab);
    const camera = ada.publish(fakeTrack("video"));
    await lab.clock.runOut();
    const replaced = camera.replace(fakeTrack("video"));
    await lab.clock.settle(grace.leave());
    await lab.clock.settle(replaced);
    await lab.join(grace);
    const again = camera.replace(fakeTrack("video"));
    const left = ada.leave();
    await lab.clock.settle(Promise.all([again, left]));
    await lab.clock.settle(camera.replace(fakeTrack("video")));
  });

  test("settles where the browser never settles `replaceTrack`, once the connection is closed", async () => {
    const lab = new Lab();
    const [ada, grace] = await pair(lab);
    const camera = ada.publish(fakeTrack("video"));
    await lab.clock.runOut();
    const [sender] = [...ada.peers.values()][0]?.connection?.getSenders() ?? [];
    Object.assign(sender ?? {}, { replaceTrack: () => new Promise(() => undefined) });
    const replaced = camera.replace(fakeTrack("video"));
    await lab.clock.advance(1000);
    await lab.clock.settle(Promise.all([grace.leave(), replaced]));
  });

  test("rejects with a SignalingError after `stop`, and for what is not a track", async () => {
    const lab = new Lab();
    const camera = lab.manager().publish(fakeTrack("video"));
    for (const value of [null, undefined, 7, {}, fakeTrack("audio")])
      await expect(camera.replace(value as never)).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
    camera.stop();
    await expect(camera.replace(fakeTrack("video"))).rejects.toMatchObject({ code: "INVALID_STATE" });
    for (const value of [null, undefined, 7, {}])
      expect(() => lab.manager().publish(value as never)).toThrow(/^Pass a MediaStream/);
  });

  test("rejects with a SignalingError where the connection refuses the track", async () => {
    const lab = new Lab();
    const [ada] = await pair(lab);
    const camera = ada.publish(fakeTrack("video"));
    await lab.clock.runOut();
    const [sender] = [...ada.peers.values()][0]?.connection?.getSenders() ?? [];
    const error = new DOMException("closed", "InvalidStateError");
    Object.assign(sender ?? {}, { replaceTrack: () => Promise.reject(error) });
    const replaced = expect(camera.replace(fakeTrack("video"))).rejects.toMatchObject({
      name: "SignalingError",
      code: "NEGOTIATION_FAILED",
      cause: error,
    });
    await lab.clock.runOut();
    await replaced;
  });
});

test("`publications` is a new array at each call, and the event has it at each change", async () => {
  const lab = new Lab();
  const manager = lab.manager();
  const lengths: number[] = [];
  manager.on("publications", ({ length }) => lengths.push(length));
  const camera = manager.publish(fakeTrack("video"));
  expect(manager.publications).toEqual([camera]);
  expect(manager.publications).not.toBe(manager.publications);
  camera.mute();
  camera.stop();
  camera.stop();
  await lab.clock.runOut();
  expect(lengths).toEqual([1, 1, 0]);
});
