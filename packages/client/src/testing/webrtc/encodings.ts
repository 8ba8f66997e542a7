import { invalidAccess, invalidModification } from "./dom-errors.js";
import { oneOf } from "./webidl.js";

type Kind = "audio" | "video";

/** The encodings of a sender that the application did not describe. */
export const defaultEncodings: readonly RTCRtpEncodingParameters[] = [withDefaults({})];

/** Reads the `sendEncodings` of `addTransceiver` (W3C section 5.1, "addTransceiver sendEncodings validation steps"). */
export function readSendEncodings(given: readonly RTCRtpEncodingParameters[], kind: Kind): RTCRtpEncodingParameters[] {
  const rids = given.flatMap(({ rid }) => (rid === undefined ? [] : [rid]));
  for (const rid of rids) {
    if (!/^[\w-]{1,16}$/.test(rid)) throw new TypeError(`"${rid}" is not a rid: 1 to 16 letters and digits.`);
    if (/[_-]/.test(rid)) throw invalidAccess(`"${rid}" is not a rid: it may have letters and digits only.`);
  }
  if (new Set(rids).size < rids.length) throw new TypeError("Two encodings have the same rid.");
  if (rids.length > 0 && rids.length < given.length) throw invalidAccess("Some encodings have a rid and others not.");
  if (given.length > 1 && rids.length === 0) throw new TypeError("Several encodings need a rid each.");
  checkEncodings(given, kind);
  const kept = given.length === 0 ? [{}] : kind === "audio" ? given.slice(0, 1) : given.slice(0, 3);
  if (kind === "audio") return kept.map((encoding) => withDefaults(withoutVideo(encoding)));
  const scaled = kept.some(({ scaleResolutionDownBy }) => scaleResolutionDownBy !== undefined);
  const encodings = kept.map((encoding, index) =>
    withDefaults({ scaleResolutionDownBy: scaled ? 1 : 2 ** (kept.length - 1 - index), ...encoding }),
  );
  return encodings.length === 1 ? encodings.map(withoutRid) : encodings;
}

/** Checks the encodings of `setParameters` against those before (W3C section 5.2). */
export function checkChangedEncodings(
  before: readonly RTCRtpEncodingParameters[],
  after: readonly RTCRtpEncodingParameters[],
  kind: Kind,
): void {
  if (after.length !== before.length) throw invalidModification("The number of encodings cannot change.");
  if (after.some(({ rid }, index) => rid !== before[index]?.rid)) throw invalidModification("A rid cannot change.");
  checkEncodings(after, kind);
}

function checkEncodings(encodings: readonly RTCRtpEncodingParameters[], kind: Kind): void {
  for (const { scaleResolutionDownBy = 1, maxFramerate = 0, priority, networkPriority } of encodings) {
    for (const value of [priority, networkPriority])
      oneOf(value, ["very-low", "low", "medium", "high"], "The priority of an encoding");
    if (kind === "audio") continue;
    if (!(scaleResolutionDownBy >= 1)) throw new RangeError("scaleResolutionDownBy must be at least 1.");
    if (!(maxFramerate >= 0)) throw new RangeError("maxFramerate must not be negative.");
  }
}

function withDefaults(encoding: RTCRtpEncodingParameters): RTCRtpEncodingParameters {
  return { active: true, priority: "low", networkPriority: "low", ...encoding };
}

function withoutRid({ rid: _, ...encoding }: RTCRtpEncodingParameters): RTCRtpEncodingParameters {
  return encoding;
}

function withoutVideo(encoding: RTCRtpEncodingParameters): RTCRtpEncodingParameters {
  const { scaleResolutionDownBy: _, maxFramerate: __, ...rest } = encoding;
  return withoutRid(rest);
}
