import type { Locator } from "playwright-core";

/** How many frames a video element has shown since its source was set. Firefox does not count them here. */
export function frameCount(video: Locator): Promise<number> {
  return video.evaluate((element) =>
    element instanceof HTMLVideoElement ? element.getVideoPlaybackQuality().totalVideoFrames : 0,
  );
}

/** Waits until a video has shown this many more frames, in every browser. */
export async function showsFrames(video: Locator, frames: number): Promise<void> {
  await video.evaluate(
    (element, frames) =>
      new Promise<void>((resolve, reject) => {
        const timer = setTimeout(
          () => reject(new Error(`The video did not show ${String(frames)} frames within 20 s.`)),
          20_000,
        );
        const count = (left: number): void => {
          if (left === 0) {
            clearTimeout(timer);
            resolve();
          } else (element as HTMLVideoElement).requestVideoFrameCallback(() => count(left - 1));
        };
        count(frames);
      }),
    frames,
  );
}

/** The loudest sample that a video plays within 200 ms, 0 to 1; 0 if it is muted or paused. */
export function audioLevel(video: Locator): Promise<number> {
  return video.evaluate(async (element) => {
    if (!(element instanceof HTMLVideoElement) || !(element.srcObject instanceof MediaStream)) return 0;
    if (element.muted || element.paused || element.srcObject.getAudioTracks().length === 0) return 0;
    const audio = new AudioContext();
    const analyser = audio.createAnalyser();
    audio.createMediaStreamSource(element.srcObject).connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    let loudest = 0;
    for (let round = 0; round < 10; round += 1) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      analyser.getFloatTimeDomainData(samples);
      loudest = Math.max(loudest, ...samples.map(Math.abs));
    }
    await audio.close();
    return loudest;
  });
}

/** The mean brightness of the current frame, 0 (black) to 255. */
export function brightness(video: Locator): Promise<number> {
  return video.evaluate((element) => {
    if (!(element instanceof HTMLVideoElement) || element.videoWidth === 0) return 0;
    const canvas = document.createElement("canvas");
    canvas.width = 16;
    canvas.height = 9;
    const context = canvas.getContext("2d");
    context?.drawImage(element, 0, 0, 16, 9);
    const pixels = context?.getImageData(0, 0, 16, 9).data ?? new Uint8ClampedArray(4);
    return pixels.reduce((sum, value, at) => (at % 4 === 3 ? sum : sum + value), 0) / ((pixels.length / 4) * 3);
  });
}
