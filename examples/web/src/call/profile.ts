/** Maximum length of a name that is sent or shown, in code points. */
export const maxNameLength = 60;

/** The name of a peer that has none. */
export const defaultName = "Guest";

/** Characters that reverse the text after them, beyond the end of the name. Direction marks of a letter are fine. */
const directionOverrides = /[\u202a-\u202e\u2066-\u2069]/gu;

/** The `metadata` of a peer in this meeting. */
export interface Profile {
  readonly name: string;
  readonly muted: boolean;
  readonly camera: boolean;
}

/**
 * Reads the metadata of another peer. It is untrusted: any client of the protocol can join the room and send any JSON.
 */
export function readProfile(metadata: unknown): Profile {
  const { name, muted, camera } = (typeof metadata === "object" && metadata !== null ? metadata : {}) as Record<
    string,
    unknown
  >;
  return { name: readName(name), muted: muted === true, camera: camera !== false };
}

function readName(name: unknown): string {
  if (typeof name !== "string") return defaultName;
  // Array.from counts code points: a cut never splits a surrogate pair.
  const line = name.replaceAll(directionOverrides, "").replaceAll(/\s+/gu, " ").trim();
  const text = Array.from(line).slice(0, maxNameLength).join("");
  return text === "" ? defaultName : text;
}
