import { describe, expect, it } from "vitest";
import { inviteLink, readPageOptions, suggestRoom, withRoom } from "../src/page-options.js";

describe("the address of the page", () => {
  it("sets room, name, media and automatic join", () => {
    expect(readPageOptions("?room=standup&name=Ada&media=audio&auto=1")).toEqual({
      room: "standup",
      name: "Ada",
      media: "audio",
      auto: true,
    });
  });

  it("defaults to camera and microphone, without automatic join", () => {
    expect(readPageOptions("")).toEqual({ room: "", name: "", media: "video", auto: false });
  });

  it("uses the defaults for unknown values", () => {
    expect(readPageOptions("?media=hologram&auto=yes")).toMatchObject({ media: "video", auto: false });
  });

  it("cuts a long name", () => {
    expect(readPageOptions(`?name=${"a".repeat(500)}`).name).toHaveLength(60);
  });

  it("makes an invite link with the room and nothing personal", () => {
    expect(inviteLink("https://example.org/?name=Ada&auto=1&room=old#top", "höher & weiter")).toBe(
      "https://example.org/?room=h%C3%B6her+%26+weiter",
    );
  });

  it("keeps its other parameters when the room is added", () => {
    expect(withRoom("https://example.org/?media=none", "standup")).toBe("https://example.org/?media=none&room=standup");
  });

  it("suggests room names that are easy to read aloud", () => {
    expect(suggestRoom(() => 7)).toBe("steady-summit-000007");
    expect(suggestRoom()).toMatch(/^[a-z]+-[a-z]+-\d{6}$/);
  });
});
