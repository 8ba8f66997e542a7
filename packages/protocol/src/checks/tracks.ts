import { isObject, isText } from "./values.js";

/** The stream that one media section belongs to, and the label that it was published with. */
export interface TrackAnnouncement {
  stream: string;
  label?: string;
}

/** By the `a=mid` of the media section. */
export type TrackAnnouncements = Record<string, TrackAnnouncement>;

const maxSections = 64;

/** At most 64 media sections, ids of up to 128 code units, labels of up to 64. */
export function isTrackAnnouncements(value: unknown): value is TrackAnnouncements {
  if (!isObject(value)) return false;
  const entries = Object.entries(value);
  return (
    entries.length <= maxSections && entries.every(([mid, announced]) => mid.length <= 128 && isAnnouncement(announced))
  );
}

/** It is forwarded as it came, so it may have only the known fields. */
function isAnnouncement(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { stream, label = "", ...rest } = value;
  return isText(stream, 128, 0) && isText(label, 64, 0) && Object.keys(rest).length === 0;
}
