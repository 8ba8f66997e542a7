/** How many publications keep a track muted, and whether it was switched on before the first of them did. */
const holds = new WeakMap<MediaStreamTrack, { count: number; readonly enabled: boolean }>();

/** Switches a track off for one more publication. */
export function holdMuted(track: MediaStreamTrack): void {
  const hold = holds.get(track) ?? { count: 0, enabled: track.enabled };
  holds.set(track, hold);
  hold.count++;
  track.enabled = false;
}

/** Undoes one `holdMuted`. The last one switches on what the first switched off, and nothing else. */
export function releaseMuted(track: MediaStreamTrack): void {
  const hold = holds.get(track);
  if (hold === undefined || --hold.count > 0) return;
  holds.delete(track);
  if (hold.enabled) track.enabled = true;
}
