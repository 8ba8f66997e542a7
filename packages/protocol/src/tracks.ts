import { fieldThat, isText } from "./fields.js";

/** What one media section carries: the stream it belongs to, and the label that it was published with. */
export interface TrackAnnouncement {
  stream: string;
  label?: string;
}

/** By the `a=mid` of the media section. */
export type TrackAnnouncements = Record<string, TrackAnnouncement>;

const maxSections = 64;

/** What each media section of a description carries: at most 64 of them, ids up to 128 code units, labels up to 64. */
export function trackAnnouncements() {
  // Judged as one value: an issue of z.record would name the offending key, and a refusal repeats nothing that was sent.
  return fieldThat<TrackAnnouncements>(isAnnouncements);
}

function isAnnouncements(value: unknown): boolean {
  if (!isObject(value)) return false;
  const entries = Object.entries(value);
  return (
    entries.length <= maxSections && entries.every(([mid, announced]) => mid.length <= 128 && isAnnouncement(announced))
  );
}

/** Forwarded as it came, so that it may have nothing but what is known. */
function isAnnouncement(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { stream, label = "", ...rest } = value;
  return isText(stream, 128) && isText(label, 64) && Object.keys(rest).length === 0;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
