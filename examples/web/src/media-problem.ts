/** Why there is no camera or microphone, for a person who wants to do something about it. */
export interface MediaProblem {
  readonly kind: "refused" | "missing" | "busy" | "insecure" | "other";
  readonly device: "camera" | "microphone";
  readonly sentence: string;
}

/** Explains what `getUserMedia` threw when asked for a camera (with or without sound) or for sound alone. */
export function explainMediaError(error: unknown, asked: "audio" | "video"): MediaProblem {
  const device = asked === "audio" ? "microphone" : "camera";
  switch (error instanceof Error ? error.name : "") {
    case "NotAllowedError":
    case "SecurityError":
      return {
        kind: "refused",
        device,
        sentence: `Your browser was told not to let this page use the ${device}. Allow it beside the address of the page and try again, or go on without it.`,
      };
    case "NotFoundError":
    case "OverconstrainedError":
      return {
        kind: "missing",
        device,
        sentence: `No ${device} was found. Plug one in and try again, or go on without it.`,
      };
    case "NotReadableError":
    case "AbortError":
      return {
        kind: "busy",
        device,
        sentence: `The ${device} cannot be read: another program may be using it. Close that one and try again, or go on without it.`,
      };
    default:
      return { kind: "other", device, sentence: `The ${device} could not be started. Try again, or go on without it.` };
  }
}

/** Browsers hide cameras from other pages altogether. */
export const insecurePage: MediaProblem = {
  kind: "insecure",
  device: "camera",
  sentence:
    "Browsers give camera and microphone only to pages at https:// or localhost. You can go on without: you will see and hear the others.",
};
