import { isTextList } from "./checks/values.js";

/**
 * Reads `muted` of the control message `mute`: the media sections, or undefined if the message is invalid. The same as
 * `controlMessages.mute`, without zod, for a message that was parsed from JSON.
 */
export function readMuted(message: unknown): readonly string[] | undefined {
  const { event, muted } = Object(message) as { readonly event?: unknown; readonly muted?: unknown };
  return event === "mute" && isTextList(muted, 64, 128) ? muted : undefined;
}
