/** The events that the bot prints, one JSON object a line. */
export type Report =
  | { readonly event: "joined"; readonly id: string; readonly room: string }
  | { readonly event: "peer"; readonly peer: string; readonly state: string }
  | { readonly event: "left"; readonly peer: string }
  | { readonly event: "message"; readonly peer: string; readonly text: string }
  | {
      readonly event: "track" | "trackEnded";
      readonly peer: string;
      readonly kind: string;
      readonly label: string | undefined;
    }
  | { readonly event: "received"; readonly peer: string; readonly kind: "audio" | "video"; readonly count: number }
  | { readonly event: "error"; readonly message: string };
