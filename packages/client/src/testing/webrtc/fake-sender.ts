import { closedError, invalidModification, invalidState } from "./dom-errors.js";
import { checkChangedEncodings, defaultEncodings } from "./encodings.js";
import type { TransceiverOwner } from "./transceiver-owner.js";
import { isStream, isTrack } from "./fake-media.js";
import { dictionary, oneOf } from "./webidl.js";

/** An `RTCRtpSender`. Members that W3C does not define belong to the fake. */
export class FakeSender {
  track: MediaStreamTrack | null;
  /** W3C [[AssociatedMediaStreamIds]]. */
  streams: readonly string[];
  encodings: readonly RTCRtpEncodingParameters[] = defaultEncodings;
  readonly dtmf = null;
  readonly transport = null;
  readonly transform = null;
  readonly #kind: "audio" | "video";
  readonly #owner: TransceiverOwner;
  readonly #stopped: () => boolean;
  #degradationPreference: RTCDegradationPreference | undefined;
  #transactions = 0;
  /** W3C [[LastReturnedParameters]]: the id of those that may be set. */
  #returned: string | undefined;

  constructor(
    kind: "audio" | "video",
    track: MediaStreamTrack | null,
    streams: readonly string[],
    owner: TransceiverOwner,
    stopped: () => boolean,
  ) {
    this.#kind = kind;
    this.track = track;
    this.streams = streams;
    this.#owner = owner;
    this.#stopped = stopped;
  }

  /** Whether it has anything to send. */
  get hasMedia(): boolean {
    return this.track?.readyState === "live" && this.encodings.some(({ active }) => active);
  }

  isOf(owner: TransceiverOwner): boolean {
    return owner === this.#owner;
  }

  replaceTrack(...given: [track?: MediaStreamTrack | null]): Promise<void> {
    const [track = null] = given;
    if (given.length === 0 || (track !== null && !isTrack(track)))
      return Promise.reject(new TypeError("The argument must be a MediaStreamTrack or null."));
    if (track !== null && track.kind !== this.#kind)
      return Promise.reject(new TypeError("The kind of the track differs from the kind of the sender."));
    return this.#owner.chain(() => {
      if (this.#stopped()) throw new DOMException("The sender's transceiver is stopped.", "InvalidStateError");
      this.track = track;
      this.#owner.mediaChanged();
    });
  }

  setStreams(...streams: MediaStream[]): void {
    if (!streams.every(isStream)) throw new TypeError("setStreams() takes streams.");
    if (this.#owner.closed) throw closedError();
    this.streams = [...new Set(streams.map(({ id }) => id))];
    this.#owner.negotiationMayBeNeeded();
  }

  getParameters(): RTCRtpSendParameters {
    this.#returned = `transaction-${String(++this.#transactions)}`;
    const encodings = this.encodings.map((encoding) => ({ ...encoding }));
    const parameters: RTCRtpSendParameters = {
      transactionId: this.#returned,
      encodings,
      codecs: [],
      headerExtensions: [],
      rtcp: { cname: "", reducedSize: false },
    };
    if (this.#degradationPreference !== undefined) parameters.degradationPreference = this.#degradationPreference;
    return parameters;
  }

  async setParameters(given: RTCRtpSendParameters): Promise<void> {
    const { transactionId, encodings, degradationPreference } = dictionary<Partial<RTCRtpSendParameters>>(
      given,
      "The parameters",
    );
    if (transactionId === undefined || encodings === undefined)
      throw new TypeError("The parameters must be those that getParameters() returned, with changes.");
    oneOf(
      degradationPreference,
      ["balanced", "maintain-framerate", "maintain-framerate-and-resolution", "maintain-resolution"],
      "degradationPreference",
    );
    if (this.#owner.closed) throw closedError();
    if (this.#stopped()) throw invalidState("the transceiver is stopped");
    if (this.#returned === undefined) throw invalidState("getParameters() must be called before");
    if (transactionId !== this.#returned) throw invalidModification("These are not the parameters returned last.");
    checkChangedEncodings(this.encodings, encodings, this.#kind);
    this.#returned = undefined;
    await this.#owner.task();
    this.encodings = encodings.map((encoding) => ({ ...encoding }));
    this.#degradationPreference = degradationPreference;
    this.#owner.mediaChanged();
  }

  getStats(): Promise<RTCStatsReport> {
    return Promise.resolve(new Map() as RTCStatsReport);
  }
}
