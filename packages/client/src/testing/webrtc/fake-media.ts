import { FakeEventTarget } from "./fake-event-target.js";

type Kind = "audio" | "video";

let made = 0;

/** A `MediaStreamTrack` without media, for tests without a camera. */
export class FakeMediaStreamTrack extends FakeEventTarget {
  readonly id: string;
  readonly kind: Kind;
  readonly label: string;
  enabled = true;
  muted: boolean;
  contentHint = "";
  readyState: MediaStreamTrackState = "live";
  onended: unknown = null;
  onmute: unknown = null;
  onunmute: unknown = null;

  constructor(kind: Kind, { label = "", muted = false }: { label?: string; muted?: boolean } = {}) {
    super();
    this.id = `fake-${kind}-${String(++made)}`;
    this.kind = kind;
    this.label = label;
    this.muted = muted;
  }

  /** Ends the track as the application does: without an event. */
  stop(): void {
    this.readyState = "ended";
  }

  /** Ends the track as an unplugged camera does: with the event `ended`. */
  end(): void {
    if (this.readyState === "ended") return;
    this.readyState = "ended";
    this.dispatchEvent({ type: "ended" });
  }

  clone(): FakeMediaStreamTrack {
    const clone = new FakeMediaStreamTrack(this.kind, this);
    clone.enabled = this.enabled;
    clone.readyState = this.readyState;
    return clone;
  }

  getSettings(): MediaTrackSettings {
    return this.kind === "video" ? { width: 640, height: 480, frameRate: 30 } : { sampleRate: 48_000, channelCount: 1 };
  }

  getCapabilities(): MediaTrackCapabilities {
    return {};
  }

  getConstraints(): MediaTrackConstraints {
    return {};
  }

  async applyConstraints(): Promise<void> {
    await Promise.resolve();
  }
}

/** A `MediaStream` of tracks without media. */
export class FakeMediaStream extends FakeEventTarget {
  readonly id: string;
  readonly #tracks = new Set<MediaStreamTrack>();
  onaddtrack: unknown = null;
  onremovetrack: unknown = null;

  constructor(tracks: readonly MediaStreamTrack[] | FakeMediaStream = [], id = `fake-stream-${String(++made)}`) {
    super();
    this.id = id;
    for (const track of tracks instanceof FakeMediaStream ? tracks.getTracks() : tracks) this.#tracks.add(track);
  }

  get active(): boolean {
    return this.getTracks().some(({ readyState }) => readyState === "live");
  }

  getTracks(): MediaStreamTrack[] {
    return [...this.#tracks];
  }

  getAudioTracks(): MediaStreamTrack[] {
    return this.getTracks().filter(({ kind }) => kind === "audio");
  }

  getVideoTracks(): MediaStreamTrack[] {
    return this.getTracks().filter(({ kind }) => kind === "video");
  }

  getTrackById(id: string): MediaStreamTrack | null {
    return this.getTracks().find((track) => track.id === id) ?? null;
  }

  addTrack(track: MediaStreamTrack): void {
    this.#tracks.add(track);
  }

  removeTrack(track: MediaStreamTrack): void {
    this.#tracks.delete(track);
  }

  clone(): FakeMediaStream {
    return new FakeMediaStream(this.getTracks().map((track) => track.clone()));
  }
}

/** Whether a value is a track: a fake one, a browser's, or one of another implementation. */
export function isTrack(value: unknown): value is MediaStreamTrack {
  const { kind } = (value ?? {}) as Partial<MediaStreamTrack>;
  return kind === "audio" || kind === "video";
}

/** Whether a value is a stream: a fake one, a browser's, or one of another implementation. */
export function isStream(value: unknown): value is MediaStream {
  return typeof (value as Partial<MediaStream> | null)?.id === "string";
}

/** Returns a track that can be published over a fake network. */
export function fakeTrack(kind: Kind, label?: string): MediaStreamTrack {
  return new FakeMediaStreamTrack(kind, label === undefined ? {} : { label }) as unknown as MediaStreamTrack;
}

/** Returns a stream with one track of each kind. Default: `"audio", "video"`, as from `getUserMedia`. */
export function fakeStream(...kinds: readonly Kind[]): MediaStream {
  const tracks = (kinds.length === 0 ? (["audio", "video"] as const) : kinds).map((kind) => fakeTrack(kind));
  return new FakeMediaStream(tracks) as unknown as MediaStream;
}
