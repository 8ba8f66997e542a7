import { describe, expect, it } from "vitest";
import { inviteLink, readPageOptions, suggestRoom, withRoom } from "../src/url.js";

describe("the address of the page", () => {
  it("gives room, name, media and whether to join at once", () => {
    expect(readPageOptions("?room=standup&name=Ada&media=audio&auto=1")).toEqual({
      room: "standup",
      name: "Ada",
      media: "audio",
      auto: true,
    });
  });

  it("asks for camera and microphone and waits for a click when it says nothing else", () => {
    expect(readPageOptions("")).toEqual({ room: "", name: "", media: "video", auto: false });
  });

  it("is read with its defaults where it makes no sense", () => {
    expect(readPageOptions("?media=hologram&auto=yes")).toMatchObject({ media: "video", auto: false });
  });

  it("bounds a name", () => {
    expect(readPageOptions(`?name=${"a".repeat(500)}`).name).toHaveLength(60);
  });

  it("invites others to the room and tells nothing of oneself", () => {
    expect(inviteLink("https://example.org/?name=Ada&auto=1&room=old#top", "höher & weiter")).toBe(
      "https://example.org/?room=h%C3%B6her+%26+weiter",
    );
  });

  it("keeps everything else when it takes up the room", () => {
    expect(withRoom("https://example.org/?media=none", "standup")).toBe("https://example.org/?media=none&room=standup");
  });

  it("suggests room names that can be read out", () => {
    expect(suggestRoom(() => 7)).toBe("steady-summit-000007");
    expect(suggestRoom()).toMatch(/^[a-z]+-[a-z]+-\d{6}$/);
  });
});
