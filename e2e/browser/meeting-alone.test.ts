import type { Browser, BrowserContext } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { RunningServer } from "../../examples/server/src/start-server.js";
import { launch, newContext, type LaunchOptions } from "./support/browser.js";
import { joinMeeting, openMeeting } from "./support/meeting-page.js";
import { openRoom } from "./support/rooms.js";
import { startSite } from "./support/site.js";
import { until } from "./support/until.js";

let site: RunningServer;

beforeAll(async () => {
  site = await startSite();
});

afterAll(async () => {
  await site.close();
});

/** A browser for the tests of one `describe`, with a fresh context for each of them. */
function useBrowser(options: LaunchOptions) {
  const state = {} as { browser: Browser };
  beforeAll(async () => {
    state.browser = await launch(options);
  });
  afterEach(async () => {
    await Promise.all(state.browser.contexts().map((context) => context.close()));
  });
  afterAll(async () => {
    await state.browser.close();
  });
  return {
    newContext: () => newContext(state.browser),
    openRoom: () => openRoom(state.browser, site.url),
  };
}

describe("an empty room", () => {
  const browser = useBrowser({});

  it("says what to do, and copies the link to itself and nothing of oneself", async () => {
    const { context, errors } = await browser.newContext();
    await context.grantPermissions(["clipboard-read", "clipboard-write"]);
    const ada = await joinMeeting(context, site.url, { room: "höher & weiter", name: "Ada", media: "none" });
    const hint = ada.at("empty-hint");
    await hint.getByText("You are the only one here").waitFor();
    await hint.getByTestId("copy-link").click();
    await ada.page.getByText("Link copied").waitFor();
    const link = new URL(await ada.page.evaluate(() => navigator.clipboard.readText()));
    expect([link.origin, [...link.searchParams]]).toEqual([site.url, [["room", "höher & weiter"]]]);
    expect(errors).toEqual([]);
  });

  it("stops saying so when somebody comes, and says it again when they go", async () => {
    const { enter } = browser.openRoom();
    const ada = await enter("Ada", { media: "none" });
    const bo = await enter("Bo", { media: "none" });
    await ada.at("empty-hint").waitFor({ state: "detached" });
    await bo.leave();
    await ada.at("empty-hint").waitFor();
  });
});

describe("the lobby", () => {
  const browser = useBrowser({});

  it("suggests a room to whoever comes with none", async () => {
    const { context } = await browser.newContext();
    const ada = await openMeeting(context, site.url, { media: "none" });
    expect(await ada.at("room").inputValue()).toMatch(/^[a-z]+-[a-z]+-\d{6}$/);
    await ada.join();
    expect(new URL(ada.page.url()).searchParams.get("room")).toMatch(/-\d{6}$/);
  });

  it("shows how one will look, and joins as one looks", async () => {
    const { context } = await browser.newContext();
    const ada = await openMeeting(context, site.url, { room: "mirror" });
    await ada.sees(ada.at("local-video"));
    await ada.at("mute").click();
    await ada.join();
    expect(await ada.at("mute").getAttribute("aria-pressed")).toBe("true");
    await ada.sees(ada.at("local-video"));
  });

  it("can be walked through and joined by keys alone", async () => {
    const { context } = await browser.newContext();
    const ada = await openMeeting(context, site.url, { room: "keys", media: "none" });
    await ada.at("name").focus();
    await ada.page.keyboard.type("Ada m c");
    await ada.page.keyboard.press("Enter");
    await ada.reaches("joined");
    expect(await ada.page.evaluate(() => document.activeElement?.tagName)).toBe("MAIN");
    await ada.page.getByText("Ada m c (you)").waitFor();
  });

  it("explains a refusal of the server in a sentence", async () => {
    const { context } = await browser.newContext();
    const ada = await openMeeting(context, site.url, { room: "refused", media: "none" });
    await ada.at("room").evaluate((input) => {
      (input as HTMLInputElement).value = "\u{1F44B}".repeat(200);
    });
    await ada.at("join").click();
    await until("an error", async () => (await ada.text("error")) !== "");
    expect(await ada.at("join").isEnabled()).toBe(true);
    expect(await ada.text("status")).toBe("idle");
  });

  it("tells somebody who was removed", async () => {
    const { context } = await browser.newContext();
    const ada = await joinMeeting(context, site.url, { room: "removed", media: "none" });
    const [peer] = await site.signaling.peers("removed");
    await site.signaling.kick("removed", peer?.id ?? "");
    await ada.at("join").waitFor();
    expect(await ada.text("error")).toBe("You were removed from the room.");
    expect(await ada.text("status")).toBe("left");
  });
});

describe("a refused camera", () => {
  const browser = useBrowser({ devices: false });

  async function refuse(context: BrowserContext): Promise<void> {
    await context.clearPermissions();
    await context.addInitScript(() => {
      navigator.mediaDevices.getUserMedia = () =>
        Promise.reject(new DOMException("Permission denied", "NotAllowedError"));
    });
  }

  it("is explained, and one can join without it", async () => {
    const { context } = await browser.newContext();
    await refuse(context);
    const ada = await openMeeting(context, site.url, { room: "no camera", name: "Ada" });
    await until("an explanation", async () => (await ada.text("error")).includes("blocks the camera on this page"));
    await ada.page.getByRole("button", { name: "Join without camera" }).first().click();
    await ada.reaches("joined");
    expect(await ada.text("error")).toBe("");
    expect(await ada.at("mute").getAttribute("aria-pressed")).toBe("true");
    expect(await ada.at("camera").getAttribute("aria-pressed")).toBe("true");
  });

  it("keeps a page that joins by itself in the lobby, with both ways on", async () => {
    const { context } = await browser.newContext();
    await refuse(context);
    const ada = await openMeeting(context, site.url, { room: "no camera", auto: "1" });
    await until("an explanation", async () => (await ada.text("error")) !== "");
    await ada.page.getByRole("button", { name: "Try again" }).waitFor();
    await ada.at("join").click();
    await ada.reaches("joined");
  });

  it("is asked for again when one tries again", async () => {
    const { context } = await browser.newContext();
    await refuse(context);
    const ada = await openMeeting(context, site.url, { room: "no camera" });
    await until("an explanation", async () => (await ada.text("error")) !== "");
    await ada.page.evaluate(() => {
      navigator.mediaDevices.getUserMedia = () => Promise.resolve(document.createElement("canvas").captureStream(5));
    });
    await ada.page.getByRole("button", { name: "Try again" }).click();
    await until("a picture", () =>
      ada.at("local-video").evaluate((video) => (video as HTMLVideoElement).srcObject !== null),
    );
    expect(await ada.text("error")).toBe("");
    expect(await ada.text("join")).toBe("Join");
  });
});
