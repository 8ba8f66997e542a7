import { SignalingError } from "@sig/client";
import { describe, expect, it } from "vitest";
import { errorText } from "../src/texts.js";

describe("W03: the sentence for an error", () => {
  it.each<[SignalingError, string]>([
    [new SignalingError("UNAUTHORIZED", "Show your invitation."), "Show your invitation."],
    [new SignalingError("KICKED", "Please be kind."), "You were removed from the room. Please be kind."],
    [new SignalingError("KICKED", "The application removed you."), "You were removed from the room."],
    [new SignalingError("KICKED", "The peer was removed from this room."), "You were removed from the room."],
    [new SignalingError("ROOM_FULL", "The room is full."), "This room is full. Try again when somebody has left."],
  ])("has what the application says itself: %s", (error, sentence) => {
    expect(errorText(error)).toBe(sentence);
  });
});
