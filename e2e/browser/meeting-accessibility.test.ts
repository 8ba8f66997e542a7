import { expect, it } from "vitest";
import { resize } from "./support/boxes.js";
import { axeFindings, smallControls, walkByTab } from "./support/accessibility.js";
import { openMeeting, type MeetingPage } from "./support/meeting-page.js";
import { describePairings } from "./support/pairings.js";
import { withMeeting } from "./support/with-meeting.js";
import { until } from "../support/until.js";

const phone = { width: 390, height: 844 };

describePairings("every screen", ["chromium chromium"], () => {
  const meeting = withMeeting();

  it("W05: gives axe nothing to find before the meeting, with an error, and while joining", async () => {
    const { context } = await meeting.newContext();
    const ada = await openMeeting(context, meeting.url, { room: "axe", name: "Ada" });
    expect(await axeFindings(ada.page), "lobby").toEqual([]);
    expect(await smallControls(ada.page), "lobby").toEqual([]);
    await ada.page.evaluate(() => {
      navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException("No.", "NotAllowedError"));
    });
    await ada.at("camera").click();
    await ada.at("camera").click();
    await until("an error", async () => (await ada.text("error")) !== "");
    expect(await axeFindings(ada.page), "error").toEqual([]);
    await meeting.stop();
    await ada.at("mute").click();
    await ada.page.getByRole("button", { name: "Close" }).click();
    await ada.at("join").click();
    await ada.at("cancel").waitFor();
    expect(await axeFindings(ada.page), "joining").toEqual([]);
    await meeting.restart();
  });

  it("W05: gives axe nothing to find in a meeting, with chat and reasons open, and while reconnecting", async () => {
    const { enter } = meeting.open();
    // Only a screen is video: axe on a machine that encodes is slow.
    const ada = await enter("Ada", { media: "none" });
    expect(await axeFindings(ada.page), "empty room").toEqual([]);
    const [bo, cy] = [await enter("Bo", { media: "none" }), await enter("Cy", { media: "none" })];
    await Promise.all([ada, bo, cy].map((person) => person.waitForConnected(2)));
    await bo.at("screen").click();
    await bo.sendChat("hello");
    await ada.waitForChat("hello");
    await ada.screen("Bo").waitFor();
    await ada.at("connection").getByText("why?").first().click();
    expect(await axeFindings(ada.page), "meeting").toEqual([]);
    await resize(ada.page, phone);
    expect(await smallControls(ada.page), "meeting on a phone").toEqual([]);
    await ada.at("panel").click();
    expect(await axeFindings(ada.page), "chat on a phone").toEqual([]);
    expect(await smallControls(ada.page), "chat on a phone").toEqual([]);
    await ada.page.keyboard.press("Escape");
    await meeting.stop();
    await ada.waitForState("reconnecting");
    expect(await axeFindings(ada.page), "reconnecting").toEqual([]);
    await meeting.restart();
  });
});

describePairings("a person with a keyboard", ["chromium chromium", "firefox firefox"], ([engine]) => {
  const meeting = withMeeting({ engine });

  async function expectWalk({ page }: MeetingPage, least: number): Promise<void> {
    const { expected, stops } = await walkByTab(page);
    expect(expected.length).toBeGreaterThanOrEqual(least);
    expect(stops).toEqual(expected.map((control) => ({ control, hasFocusRing: true, isCovered: false })));
  }

  it("W05: reaches every control in the order of the page, and sees where they are", async () => {
    const { context } = await meeting.newContext();
    const ada = await openMeeting(context, meeting.url, { room: `walk ${engine}`, name: "Ada", media: "none" });
    const bo = await openMeeting(context, meeting.url, { room: `walk ${engine}`, name: "Bo", media: "none" });
    await ada.page.bringToFront();
    await expectWalk(ada, 7);
    await ada.join();
    await bo.join();
    await ada.waitForConnected(1);
    await ada.page.bringToFront();
    await expectWalk(ada, 11);
    // A phone held sideways: the chat covers all tiles.
    await resize(ada.page, { width: 844, height: 390 });
    await ada.at("panel").click();
    await expectWalk(ada, 9);
  });

  it("W05: opens and closes what can be open, and continues where they were", async () => {
    const { enter } = meeting.open();
    const [ada, bo] = [await enter("Ada", { media: "none" }), await enter("Bo", { media: "none" })];
    await Promise.all([ada.waitForConnected(1), bo.waitForConnected(1)]);
    const { keyboard } = ada.page;
    const focused = () => ada.page.evaluate(() => document.activeElement?.getAttribute("data-testid"));
    const chat = ada.at("panel");
    await ada.page.bringToFront();
    expect(await chat.getAttribute("aria-expanded")).toBe("true");
    await ada.at("chat-input").focus();
    await keyboard.press("Escape");
    expect([await chat.getAttribute("aria-expanded"), await focused()]).toEqual(["false", "panel"]);
    await keyboard.press("Enter");
    expect([await chat.getAttribute("aria-expanded"), await focused()]).toEqual(["true", "chat-input"]);

    const connection = ada.at("connection");
    await connection.locator("summary").focus();
    await keyboard.press("Enter");
    await ada.at("reasons").waitFor();
    await keyboard.press("Escape");
    expect(
      await connection.evaluate((details) => [
        (details as HTMLDetailsElement).open,
        details.contains(document.activeElement),
      ]),
    ).toEqual([false, true]);
    expect(await chat.getAttribute("aria-expanded")).toBe("true");

    await ada.page.evaluate(() => {
      const asked: string[] = [];
      Object.assign(window, { asked });
      for (const event of ["keydown", "click"]) document.addEventListener(event, () => asked.push(event));
      navigator.mediaDevices.getUserMedia = () => {
        asked.push("getUserMedia");
        return Promise.reject(new DOMException("No.", "NotAllowedError"));
      };
    });
    await ada.at("camera").focus();
    await keyboard.press("Enter");
    const asked = () => ada.page.evaluate(() => (window as unknown as { asked: string[] }).asked);
    await expect.poll(asked, { timeout: 20_000 }).toEqual(["keydown", "getUserMedia", "click"]);
    await expect.poll(() => ada.text("error"), { timeout: 20_000 }).not.toBe("");
    await ada.page.getByRole("button", { name: "Close", exact: true }).focus();
    await keyboard.press("Escape");
    expect(await ada.text("error")).toBe("");
    expect(await ada.page.evaluate(() => document.activeElement?.tagName)).toBe("MAIN");
    expect(await chat.getAttribute("aria-expanded")).toBe("true");
  });
});

/** A toast stays for four seconds: all texts are recorded, not only the current ones. */
async function recordAnnouncements({ page }: MeetingPage): Promise<(text: string) => Promise<void>> {
  const texts = await page.evaluateHandle(() => {
    const texts = new Set<string | null>();
    new MutationObserver(() => {
      // Without the characters that isolate a name.
      for (const { textContent } of document.querySelectorAll('[role="status"]'))
        texts.add(textContent.replaceAll(/[\u2068\u2069]/g, ""));
    }).observe(document.body, { subtree: true, childList: true });
    return texts;
  });
  return (text) => until(`"${text}"`, () => texts.evaluate((texts, text) => texts.has(text), text));
}

describePairings("a screen reader", ["chromium chromium"], () => {
  const meeting = withMeeting();

  it("W05: announces who is muted, who shares a screen, and one's own devices", async () => {
    const { enter } = meeting.open();
    const [ada, bo] = [await enter("Ada"), await enter("Bo")];
    await Promise.all([ada.waitForConnected(1), bo.waitForConnected(1)]);
    const toAda = await recordAnnouncements(ada);
    const toBo = await recordAnnouncements(bo);
    await bo.at("mute").click();
    await Promise.all([toBo("Your microphone is off."), toAda("Bo is muted.")]);
    await bo.at("mute").click();
    await Promise.all([toBo("Your microphone is on."), toAda("Bo is no longer muted.")]);
    await bo.at("camera").click();
    await toBo("Your camera is off.");
    await bo.at("screen").click();
    await Promise.all([toBo("You are sharing your screen."), toAda("Bo shares a screen.")]);
    await bo.at("screen").click();
    await Promise.all([toBo("You stopped sharing your screen."), toAda("Bo stopped sharing.")]);
  });
});
