import { explainMediaError, insecurePage, type MediaProblem } from "./media-problem.js";
import { takeTracks } from "./take-tracks.js";

/** Small, because a mesh encodes the video once for every other peer. */
const cameraConstraints: MediaTrackConstraints = { width: 640, height: 360, frameRate: 15 };

/** Which devices are on at first. `video` is the camera and the microphone. */
export type MediaMode = "none" | "audio" | "video";

type Kind = "audio" | "video";

/**
 * The camera and microphone of this page: which of them should be on, and their tracks.
 * A microphone that is off stays open and sends silence. A camera that is off is closed, so its light goes out.
 */
export class LocalMedia {
  /** Always the same stream; tracks are added and removed. */
  readonly stream = new MediaStream();
  readonly #listeners = new Set<() => void>();
  readonly #on: Record<Kind, boolean>;
  /** Incremented by `close`: tracks that an older request opens are not wanted any more. */
  #generation = 0;

  constructor(mode: MediaMode) {
    this.#on = { audio: mode !== "none", video: mode === "video" };
  }

  get microphoneOn(): boolean {
    return this.#on.audio;
  }

  get cameraOn(): boolean {
    return this.#on.video;
  }

  track(kind: Kind): MediaStreamTrack | undefined {
    return this.stream.getTracks().find((track) => track.kind === kind);
  }

  /** Calls `listener` after each change. Returns a function that removes it. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Opens the devices that are on and not open yet. Resolves with the problem, if any. With no camera, it opens the
   * microphone alone.
   */
  async open(): Promise<MediaProblem | undefined> {
    const audio = this.#on.audio && this.track("audio") === undefined;
    const video = this.#on.video && this.track("video") === undefined;
    if (!audio && !video) return undefined;
    const problem = await this.#request(audio, video);
    if (problem?.kind !== "missing" || !audio || !video) return problem;
    // A computer without a camera may have a microphone.
    this.#on.video = false;
    const second = await this.#request(true, false);
    return second ?? problem;
  }

  async setMicrophone(on: boolean): Promise<MediaProblem | undefined> {
    const track = this.track("audio");
    if (track !== undefined) track.enabled = on;
    return this.#set("audio", on);
  }

  async setCamera(on: boolean): Promise<MediaProblem | undefined> {
    if (!on) this.#remove("video");
    return this.#set("video", on);
  }

  /** Turns a device off that cannot be opened. */
  turnOff(kind: Kind): void {
    this.#on[kind] = false;
    this.#notify();
  }

  /** Closes the devices. Those that are on open again with the next `open`. */
  close(): void {
    this.#generation += 1;
    this.#remove("audio");
    this.#remove("video");
    this.#notify();
  }

  async #set(kind: Kind, on: boolean): Promise<MediaProblem | undefined> {
    this.#on[kind] = on;
    this.#notify();
    const problem = on ? await this.open() : undefined;
    if (problem !== undefined) this.turnOff(kind);
    return problem;
  }

  async #request(audio: boolean, video: boolean): Promise<MediaProblem | undefined> {
    const generation = this.#generation;
    if (!("mediaDevices" in navigator)) return insecurePage;
    try {
      const opened = await navigator.mediaDevices.getUserMedia({ audio, video: video && cameraConstraints });
      for (const track of takeTracks(opened).getTracks()) this.#add(track, generation);
      this.#notify();
      return undefined;
    } catch (error) {
      return explainMediaError(error, video ? "video" : "audio");
    }
  }

  /** Adds a new track, unless the person changed their mind while the browser asked for permission. */
  #add(track: MediaStreamTrack, generation: number): void {
    const kind: Kind = track.kind === "video" ? "video" : "audio";
    const isWanted =
      generation === this.#generation && this.track(kind) === undefined && (this.#on.video || kind === "audio");
    if (!isWanted) {
      track.stop();
      return;
    }
    if (kind === "audio") track.enabled = this.#on.audio;
    track.addEventListener("ended", () => {
      // The device was unplugged, or the browser withdrew the permission.
      this.#remove(kind);
      this.turnOff(kind);
    });
    this.stream.addTrack(track);
  }

  #remove(kind: Kind): void {
    const track = this.track(kind);
    if (track === undefined) return;
    track.stop();
    this.stream.removeTrack(track);
  }

  #notify(): void {
    for (const listener of this.#listeners) listener();
  }
}
