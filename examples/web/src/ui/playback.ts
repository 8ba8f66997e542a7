const silencedVideos = new Set<HTMLVideoElement>();
let onSilencedVideo: (() => void) | undefined;

/**
 * Plays a video. A browser may block sound until the first click: then the video plays muted, and the listener of
 * `onSilenced` runs.
 */
export async function play(video: HTMLVideoElement): Promise<void> {
  try {
    await video.play();
  } catch (error) {
    // Any other error means that the source has changed, and play() is called again for the new one.
    if (!(error instanceof DOMException) || error.name !== "NotAllowedError" || video.muted) return;
    video.muted = true;
    silencedVideos.add(video);
    onSilencedVideo?.();
    await play(video);
  }
}

/** Sets the listener for videos that play without their sound. */
export function onSilenced(listener: () => void): void {
  onSilencedVideo = listener;
}

/** Turns the sound back on. Call it from a click. */
export function restoreSound(): void {
  for (const video of silencedVideos) {
    video.muted = false;
    void video.play().catch(() => undefined);
  }
  silencedVideos.clear();
}
