import type { BrowserContext } from "playwright-core";
import { describe, expect, it } from "vitest";
import { joinMeeting, openMeeting } from "./support/meeting-page.js";
import { withMeeting } from "./support/with-meeting.js";
import { until } from "../support/until.js";

describe("an empty room", () => {
  const meeting = withMeeting();

  it("says what to do, and copies a link with the room and nothing else", async () => {
    const { context, errors } = await meeting.newContext();
    await context.grantPermissions(["clipboard-read", "clipboard-write"]);
    const ada = await joinMeeting(context, meeting.url, { room: "höher & weiter", name: "Ada", media: "none" });
    const hint = ada.at("empty-hint");
    await hint.getByText("You are the only one here").waitFor();
    await hint.getByTestId("copy-link").click();
    await ada.page.getByText("Link copied").waitFor();
    const link = new URL(await ada.page.evaluate(() => navigator.clipboard.readText()));
    expect([link.origin, [...link.searchParams]]).toEqual([meeting.url, [["room", "höher & weiter"]]]);
    expect(errors).toEqual([]);
  });

  it("hides the hint when a person joins, and shows it again when they leave", async () => {
    const { enter } = meeting.open();
    const ada = await enter("Ada", { media: "none" });
    const bo = await enter("Bo", { media: "none" });
    await ada.at("empty-hint").waitFor({ state: "detached" });
    await bo.leave();
    await ada.at("empty-hint").waitFor();
  });
});

describe("the lobby", () => {
  const meeting = withMeeting();

  it("suggests a room", async () => {
    const { context } = await meeting.newContext();
    const ada = await openMeeting(context, meeting.url, { media: "none" });
    expect(await ada.at("room").inputValue()).toMatch(/^[a-z]+-[a-z]+-\d{6}$/);
    await ada.join();
    expect(new URL(ada.page.url()).searchParams.get("room")).toMatch(/-\d{6}$/);
  });

  it("previews the camera, and joins with the chosen settings", async () => {
    const { context } = await meeting.newContext();
    const ada = await openMeeting(context, meeting.url, { room: "mirror" });
    await ada.showsVideo(ada.at("local-video"));
    await ada.at("mute").click();
    await ada.join();
    expect(await ada.at("mute").getAttribute("aria-pressed")).toBe("true");
    await ada.showsVideo(ada.at("local-video"));
  });

  it("works with the keyboard alone", async () => {
    const { context } = await meeting.newContext();
    const ada = await openMeeting(context, meeting.url, { room: "keys", media: "none" });
    await ada.at("name").focus();
    await ada.page.keyboard.type("Ada m c");
    await ada.page.keyboard.press("Enter");
    await ada.waitForState("joined");
    expect(await ada.page.evaluate(() => document.activeElement?.tagName)).toBe("MAIN");
    await ada.page.getByText("Ada m c (you)").waitFor();
  });

  it("explains a rejection by the server", async () => {
    const { context } = await meeting.newContext();
    const ada = await openMeeting(context, meeting.url, { room: "rejected", media: "none" });
    await ada.at("room").evaluate((input) => {
      (input as HTMLInputElement).value = "\u{1F44B}".repeat(200);
    });
    await ada.at("join").click();
    await until("an error", async () => (await ada.text("error")) !== "");
    expect(await ada.at("join").isEnabled()).toBe(true);
    expect(await ada.text("status")).toBe("idle");
  });

  it("W06: cancels a join while the server does not answer, and joins later", async () => {
    const { context } = await meeting.newContext();
    const ada = await openMeeting(context, meeting.url, { room: "cancel", name: "Ada", media: "none" });
    await meeting.stop();
    await ada.at("join").focus();
    await ada.page.keyboard.press("Enter");
    await ada.waitForState("joining");
    expect(await ada.text("join")).toBe("Joining…");
    // The focus has moved to the only button that is left.
    await ada.page.keyboard.press("Enter");
    await until("a lobby", async () => (await ada.at("join").isEnabled()) && (await ada.text("join")) === "Join");
    expect([await ada.text("error"), await ada.text("status")]).toEqual(["", "idle"]);
    expect(await ada.at("cancel").isVisible()).toBe(false);
    expect(await ada.page.evaluate(() => document.activeElement?.getAttribute("data-testid"))).toBe("join");
    await meeting.restart();
    await ada.join();
    expect(await ada.text("status")).toBe("joined");
  });

  it("W06: cancels a join while the browser asks for the camera, and uses a camera that is allowed later", async () => {
    const { context } = await meeting.newContext();
    await context.addInitScript(() => {
      const { mediaDevices } = navigator;
      const open = mediaDevices.getUserMedia.bind(mediaDevices);
      const allowed = new Promise((resolve) => window.addEventListener("allow", resolve));
      mediaDevices.getUserMedia = async (constraints) => {
        await allowed;
        return open(constraints);
      };
    });
    const ada = await openMeeting(context, meeting.url, { room: "cancel camera", name: "Ada" });
    await ada.at("join").click();
    await ada.at("cancel").click();
    expect(await ada.text("join")).toBe("Join");
    await ada.page.evaluate(() => dispatchEvent(new Event("allow")));
    await until("a preview", () =>
      ada.at("local-video").evaluate((video) => (video as HTMLVideoElement).srcObject !== null),
    );
    expect(await ada.text("status")).toBe("idle");
    await ada.join();
  });

  it("W06: stops a check of the connection that takes long", async () => {
    const { context } = await meeting.newContext();
    // The server accepts the connection, and never answers.
    await context.routeWebSocket(/socket\.io/, () => undefined);
    const ada = await openMeeting(context, meeting.url, { media: "none" });
    await ada.at("check").click();
    await ada.at("check-sentences").getByText("Checking…").waitFor();
    expect(await ada.text("check")).toBe("Stop checking");
    await ada.at("check").click();
    await until("no check", async () => (await ada.text("check")) === "Check again");
    expect(await ada.text("check-sentences")).toBe("");
  });

  it("W06: loads its script compressed", async () => {
    const { context } = await meeting.newContext();
    const ada = await openMeeting(context, meeting.url, { media: "none" });
    const script = (await ada.page.locator("script[src]").getAttribute("src")) ?? "";
    const { headers } = await fetch(new URL(script, meeting.url), { headers: { "Accept-Encoding": "br" } });
    expect([headers.get("content-encoding"), headers.get("vary")]).toEqual(["br", "Accept-Encoding"]);
    expect(Number(headers.get("content-length"))).toBeLessThan(60_000);
  });

  it("W06: shows states in words, and keeps their names for programs", async () => {
    const { enter } = meeting.open();
    const ada = await enter("Ada", { media: "none" });
    const bo = await enter("Bo", { media: "none" });
    await ada.waitForConnected(1);
    await bo.leave();
    for (const [person, state, words] of [
      [ada, "joined", "In the room"],
      [bo, "left", "Not in a room"],
    ] as const) {
      expect(await person.text("status")).toBe(state);
      // Without what only programs read.
      const seen = await person.page.evaluate(() => {
        const copy = document.querySelector("header")?.cloneNode(true) as HTMLElement;
        for (const hidden of copy.querySelectorAll(".visually-hidden")) hidden.remove();
        return copy.textContent;
      });
      expect(seen).toContain(words);
      expect(seen).not.toMatch(/\b(?:idle|joining|joined|reconnecting|left)\b/);
      expect(await person.page.getByTestId("status").getAttribute("aria-hidden")).toBe("true");
      const { width, height } = (await person.page.getByTestId("status").boundingBox()) ?? { width: 0, height: 0 };
      expect([width, height]).toEqual([1, 1]);
    }
  });

  it("W03: explains that a person was removed, with the sentence of the application", async () => {
    const { context } = await meeting.newContext();
    const ada = await joinMeeting(context, meeting.url, { room: "removed", media: "none" });
    const [peer] = await meeting.site.signaling.peers("removed");
    await meeting.site.signaling.kick("removed", peer?.id ?? "", "Please be kind.");
    await ada.at("join").waitFor();
    expect(await ada.text("error")).toBe("You were removed from the room. Please be kind.");
    expect(await ada.text("status")).toBe("left");
  });
});

describe("a blocked camera", () => {
  const meeting = withMeeting({ launch: { devices: false } });

  async function blockCamera(context: BrowserContext): Promise<void> {
    await context.clearPermissions();
    await context.addInitScript(() => {
      navigator.mediaDevices.getUserMedia = () =>
        Promise.reject(new DOMException("Permission denied", "NotAllowedError"));
    });
  }

  it("is explained, and a person can join without it", async () => {
    const { context } = await meeting.newContext();
    await blockCamera(context);
    const ada = await openMeeting(context, meeting.url, { room: "no camera", name: "Ada" });
    await until("an explanation", async () => (await ada.text("error")).includes("blocks the camera on this page"));
    await ada.page.getByRole("button", { name: "Join without camera" }).first().click();
    await ada.waitForState("joined");
    expect(await ada.text("error")).toBe("");
    expect(await ada.at("mute").getAttribute("aria-pressed")).toBe("true");
    expect(await ada.at("camera").getAttribute("aria-pressed")).toBe("true");
  });

  it("keeps a page that would join by itself in the lobby, with both choices", async () => {
    const { context } = await meeting.newContext();
    await blockCamera(context);
    const ada = await openMeeting(context, meeting.url, { room: "no camera", auto: "1" });
    await until("an explanation", async () => (await ada.text("error")) !== "");
    await ada.page.getByRole("button", { name: "Try again" }).waitFor();
    await ada.at("join").click();
    await ada.waitForState("joined");
  });

  it("is requested again by `Try again`", async () => {
    const { context } = await meeting.newContext();
    await blockCamera(context);
    const ada = await openMeeting(context, meeting.url, { room: "no camera" });
    await until("an explanation", async () => (await ada.text("error")) !== "");
    await ada.page.evaluate(() => {
      navigator.mediaDevices.getUserMedia = () => Promise.resolve(document.createElement("canvas").captureStream(5));
    });
    await ada.page.getByRole("button", { name: "Try again" }).click();
    await until("a preview", () =>
      ada.at("local-video").evaluate((video) => (video as HTMLVideoElement).srcObject !== null),
    );
    expect(await ada.text("error")).toBe("");
    expect(await ada.text("join")).toBe("Join");
  });
});
