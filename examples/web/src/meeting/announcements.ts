import { screenLabel, type Call, type Participant } from "../call/call.js";
import { readProfile } from "../call/profile.js";
import type { LocalMedia } from "../media/local-media.js";
import { exitText, isolate } from "../texts.js";

export interface AnnouncementOptions {
  readonly call: Call;
  readonly media: LocalMedia;
  /** Shows a text for a moment. */
  readonly announce: (text: string) => void;
  /** For screen readers alone: everybody else sees an icon change. */
  readonly notify: (text: string) => void;
}

/** Announces who comes, leaves, shares a screen and is muted. Returns functions that stop it. */
export function announceChanges(options: AnnouncementOptions): (() => void)[] {
  return [...announcePeople(options), ...announceScreens(options), announceOwnDevices(options)];
}

function announcePeople({ call: { manager }, announce, notify }: AnnouncementOptions): (() => void)[] {
  const muted = new WeakMap<Participant, boolean>();
  const note = (peer: Participant): boolean => {
    const before = muted.get(peer);
    const now = readProfile(peer.metadata).muted;
    muted.set(peer, now);
    return before !== undefined && before !== now;
  };
  for (const peer of manager.peers.values()) note(peer);
  return [
    manager.on("peerJoined", (peer) => {
      note(peer);
      announce(`${nameOf(peer)} joined.`);
    }),
    manager.on("peerLeft", (peer, reason) => {
      announce(exitText(nameOf(peer), reason));
    }),
    manager.on("peerMetadata", (peer) => {
      if (note(peer)) notify(`${nameOf(peer)} is ${muted.get(peer) === true ? "muted" : "no longer muted"}.`);
    }),
  ];
}

function announceScreens({ call: { manager }, announce }: AnnouncementOptions): (() => void)[] {
  const sharing = new WeakSet<Participant>();
  const isScreen = (label: string | undefined, track: MediaStreamTrack): boolean =>
    label === screenLabel && track.kind === "video";
  return [
    manager.on("track", ({ peer, track, label }) => {
      if (!isScreen(label, track) || sharing.has(peer)) return;
      sharing.add(peer);
      announce(`${nameOf(peer)} shares a screen.`);
    }),
    manager.on("trackEnded", ({ peer, track, label }) => {
      // A recovery ends tracks, too, and brings them back.
      if (!isScreen(label, track) || peer.state !== "connected") return;
      sharing.delete(peer);
      announce(`${nameOf(peer)} stopped sharing.`);
    }),
  ];
}

function announceOwnDevices({ media, notify }: AnnouncementOptions): () => void {
  let { microphoneOn, cameraOn } = media;
  return media.onChange(() => {
    if (media.microphoneOn !== microphoneOn) notify(`Your microphone is ${media.microphoneOn ? "on" : "off"}.`);
    if (media.cameraOn !== cameraOn) notify(`Your camera is ${media.cameraOn ? "on" : "off"}.`);
    ({ microphoneOn, cameraOn } = media);
  });
}

function nameOf(peer: Participant): string {
  return isolate(readProfile(peer.metadata).name);
}
