/**
 * Moves the tracks into a stream of their own. Chromium never frees a stream that `getUserMedia` or `getDisplayMedia`
 * has resolved with, nor what hangs on it: its tracks, their listeners, and everything that these use.
 */
export function takeTracks(opened: MediaStream): MediaStream {
  const tracks = opened.getTracks();
  for (const track of tracks) opened.removeTrack(track);
  return new MediaStream(tracks);
}
