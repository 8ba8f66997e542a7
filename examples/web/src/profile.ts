import { maxName } from "./url.js";

/** What a person in the meeting tells the others of themselves, as the `metadata` of the room. */
export interface Profile {
  readonly name: string;
  readonly muted: boolean;
  readonly camera: boolean;
}

/** Reads what somebody else says of themselves. It may be anything: whoever speaks the protocol can be in the room. */
export function readProfile(metadata: unknown): Profile {
  const { name, muted, camera } = (typeof metadata === "object" && metadata !== null ? metadata : {}) as Record<
    string,
    unknown
  >;
  const text =
    typeof name === "string" ? Array.from(name.replaceAll(/\s+/gu, " ").trim()).slice(0, maxName).join("") : "";
  return { name: text === "" ? "Guest" : text, muted: muted === true, camera: camera !== false };
}
