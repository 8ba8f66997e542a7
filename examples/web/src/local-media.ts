import { explainMediaError, insecurePage, type MediaProblem } from "./media-problem.js";
import type { MediaMode } from "./url.js";

/** Small on purpose: in a mesh every picture is encoded once for each of the others. */
const cameraConstraints: MediaTrackConstraints = { width: 640, height: 360, frameRate: 15 };

/**
 * One's own camera and microphone: what the person wants of them, and the tracks there are. Listeners hear of every
 * change. A microphone that is off stays open and sends silence, a camera that is off is closed, its light with it.
 */
export class LocalMedia {
  /** Always the same stream; tracks come and go. */
  readonly stream = new MediaStream();
  readonly #listeners = new Set<() => void>();
  #microphoneOn: boolean;
  #cameraOn: boolean;
  /** Counts `close`: what was asked for before the last one is not wanted any more. */
  #generation = 0;

  constructor(mode: MediaMode) {
    this.#microphoneOn = mode !== "none";
    this.#cameraOn = mode === "video";
  }

  get microphoneOn(): boolean {
    return this.#microphoneOn;
  }

  get cameraOn(): boolean {
    return this.#cameraOn;
  }

  track(kind: "audio" | "video"): MediaStreamTrack | undefined {
    return this.stream.getTracks().find((track) => track.kind === kind);
  }

  /** Calls `listener` after each change; returns what stops that. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Opens what is wanted and not open yet. Resolves with what stood in the way; where only the camera is missing, the microphone is open then. */
  async open(): Promise<MediaProblem | undefined> {
    const audio = this.#microphoneOn && this.track("audio") === undefined;
    const video = this.#cameraOn && this.track("video") === undefined;
    if (!audio && !video) return undefined;
    const problem = await this.#request(audio, video);
    if (problem?.kind !== "missing" || !audio || !video) return problem;
    // A computer with no camera has a microphone all the same.
    this.#cameraOn = false;
    const second = await this.#request(true, false);
    return second ?? problem;
  }

  async setMicrophone(on: boolean): Promise<MediaProblem | undefined> {
    this.#microphoneOn = on;
    const track = this.track("audio");
    if (track !== undefined) track.enabled = on;
    this.#changed();
    const problem = on ? await this.open() : undefined;
    if (problem !== undefined) this.giveUp("audio");
    return problem;
  }

  async setCamera(on: boolean): Promise<MediaProblem | undefined> {
    this.#cameraOn = on;
    if (!on) this.#drop("video");
    this.#changed();
    const problem = on ? await this.open() : undefined;
    if (problem !== undefined) this.giveUp("video");
    return problem;
  }

  /** Wants a device no longer, since it cannot be had. */
  giveUp(kind: "audio" | "video"): void {
    if (kind === "audio") this.#microphoneOn = false;
    else this.#cameraOn = false;
    this.#changed();
  }

  /** Closes the devices; what is wanted stays wanted for the next `open`. */
  close(): void {
    this.#generation += 1;
    this.#drop("audio");
    this.#drop("video");
    this.#changed();
  }

  async #request(audio: boolean, video: boolean): Promise<MediaProblem | undefined> {
    const generation = this.#generation;
    if (!("mediaDevices" in navigator)) return insecurePage;
    try {
      const opened = await navigator.mediaDevices.getUserMedia({ audio, video: video && cameraConstraints });
      for (const track of opened.getTracks()) this.#adopt(track, generation);
      this.#changed();
      return undefined;
    } catch (error) {
      return explainMediaError(error, video ? "video" : "audio");
    }
  }

  /** Keeps a new track, unless the person has changed their mind while the browser was asking. */
  #adopt(track: MediaStreamTrack, generation: number): void {
    const isCamera = track.kind === "video";
    const wanted =
      generation === this.#generation &&
      this.track(isCamera ? "video" : "audio") === undefined &&
      (this.#cameraOn || !isCamera);
    if (!wanted) {
      track.stop();
      return;
    }
    if (!isCamera) track.enabled = this.#microphoneOn;
    track.addEventListener("ended", () => {
      // Unplugged, or taken back by the browser.
      this.#drop(isCamera ? "video" : "audio");
      this.giveUp(isCamera ? "video" : "audio");
    });
    this.stream.addTrack(track);
  }

  #drop(kind: "audio" | "video"): void {
    const track = this.track(kind);
    if (track === undefined) return;
    track.stop();
    this.stream.removeTrack(track);
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }
}
