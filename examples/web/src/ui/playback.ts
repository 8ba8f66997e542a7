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
    // Marked in the document, not kept in a list: a tile that is removed is free.
    video.dataset.silenced = "";
    onSilencedVideo?.();
    await play(video);
  }
}

/** Call it before a video is removed for good: Chromium keeps a video that has a source, with everything around it. */
export function release(video: HTMLVideoElement): void {
  video.srcObject = null;
}

/** Sets the listener for videos that play without their sound. */
export function onSilenced(listener: () => void): void {
  onSilencedVideo = listener;
}

/** Turns the sound back on. Call it from a click. */
export function restoreSound(): void {
  for (const video of document.querySelectorAll<HTMLVideoElement>("video[data-silenced]")) {
    delete video.dataset.silenced;
    video.muted = false;
    void video.play().catch(() => undefined);
  }
}
