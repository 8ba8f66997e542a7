/** Why the camera or microphone cannot be opened, and what the person can do. */
export interface MediaProblem {
  readonly kind: "denied" | "missing" | "busy" | "insecure" | "other";
  readonly device: "camera" | "microphone";
  readonly message: string;
}

/** Explains an error of `getUserMedia`. `kind` is `video` for a request with a camera, with or without a microphone. */
export function explainMediaError(error: unknown, kind: "audio" | "video"): MediaProblem {
  const device = kind === "audio" ? "microphone" : "camera";
  switch (error instanceof Error ? error.name : "") {
    case "NotAllowedError":
    case "SecurityError":
      return {
        kind: "denied",
        device,
        message:
          `Your browser blocks the ${device} on this page. Click the ${device} icon in the address ` +
          "bar and choose Allow. Then try again, or continue without it.",
      };
    case "NotFoundError":
    case "OverconstrainedError":
      return {
        kind: "missing",
        device,
        message: `No ${device} found. Connect one and try again, or continue without it.`,
      };
    case "NotReadableError":
    case "AbortError":
      return {
        kind: "busy",
        device,
        message: `Cannot read the ${device}. Close other programs that use it and try again, or continue without it.`,
      };
    default:
      return { kind: "other", device, message: `Cannot start the ${device}. Try again, or continue without it.` };
  }
}

/** On pages without a secure context `navigator.mediaDevices` is missing. */
export const insecurePage: MediaProblem = {
  kind: "insecure",
  device: "camera",
  message:
    "Browsers allow the camera and microphone only on https:// pages and localhost. You can continue without " +
    "them and still see and hear the others.",
};
