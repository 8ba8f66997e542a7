const silenced = new Set<HTMLVideoElement>();
let report: (() => void) | undefined;

/**
 * Plays a video. A page that nobody has clicked yet may not make a sound: then the picture plays without it, and
 * `onSilenced` learns of it.
 */
export async function play(video: HTMLVideoElement): Promise<void> {
  try {
    await video.play();
  } catch (error) {
    // Anything else ends in another call of this: the source has changed meanwhile.
    if (!(error instanceof DOMException) || error.name !== "NotAllowedError" || video.muted) return;
    video.muted = true;
    silenced.add(video);
    report?.();
    await play(video);
  }
}

/** Calls `listener` when a video has to do without its sound. */
export function onSilenced(listener: () => void): void {
  report = listener;
}

/** Gives the sound back; to be called from a click. */
export function restoreSound(): void {
  for (const video of silenced) {
    video.muted = false;
    void video.play().catch(() => undefined);
  }
  silenced.clear();
}
