import * as z from "zod/mini";
import { isPlain } from "./json.js";

const maxStreams = 64;

/** The label of each published media stream, by the stream's id: at most 64 of them, ids up to 128 code units, labels up to 64. */
export function labels() {
  // Judged as one value: an issue of z.record would name the offending key, and a refusal repeats nothing that was sent.
  return z.custom<Record<string, string>>(isLabels, "must map at most 64 stream ids to short labels");
}

function isLabels(value: unknown): boolean {
  if (typeof value !== "object" || value === null || Array.isArray(value) || !isPlain(value)) return false;
  const entries = Object.entries(value);
  return entries.length <= maxStreams && entries.every(([id, label]) => id.length <= 128 && typeof label === "string" && label.length <= 64);
}
