import { expect, it } from "vitest";
import { resize } from "./support/boxes.js";
import type { MeetingPage } from "./support/meeting-page.js";
import { describePairings } from "./support/pairings.js";
import { withMeeting } from "./support/with-meeting.js";
import { until } from "../support/until.js";

describePairings("the chat on a phone", ["chromium chromium", "firefox firefox"], ([engine]) => {
  const meeting = withMeeting({ engine });

  /** Ada on a phone with the chat closed, and Bo, who writes. */
  async function meet(): Promise<[MeetingPage, MeetingPage]> {
    const { enter } = meeting.open();
    const [ada, bo] = [await enter("Ada", { media: "none" }), await enter("Bo", { media: "none" })];
    await resize(ada.page, { width: 390, height: 844 });
    await Promise.all([ada.waitForConnected(1), bo.waitForConnected(1)]);
    return [ada, bo];
  }

  it("W02: opens at the first unread message, or at the newest when all are read", async () => {
    const [ada, bo] = await meet();
    await ada.at("panel").click();
    await write(bo, ada, "read", 20);
    await ada.at("panel").click();
    await write(bo, ada, "unread", 20);
    expect(await ada.at("panel").textContent()).toContain("20 unread");
    await ada.at("panel").click();
    await until("the first unread message at the top", async () => (await visible(ada))[0] === "unread 0");
    expect(await visible(ada)).not.toContain("unread 19");
    await ada.at("chat-newest").click();
    await until("the newest message", async () => (await visible(ada)).at(-1) === "unread 19");
    await ada.page.keyboard.press("Escape");
    await ada.at("panel").click();
    await until("the newest message again", async () => (await visible(ada)).at(-1) === "unread 19");
    // A phone that is turned or opens its keyboard takes height from the log.
    await resize(ada.page, { width: 390, height: 600 });
    await until("the newest message in less height", async () => (await visible(ada)).at(-1) === "unread 19");
  });

  it("W02: leaves a reader where they are, counts what is new, and leads to it", async () => {
    const [ada, bo] = await meet();
    await ada.at("panel").click();
    await write(bo, ada, "old", 20);
    await until("the newest message", async () => (await visible(ada)).at(-1) === "old 19");
    await ada.at("chat-log").evaluate((log) => log.parentElement?.scrollTo({ top: 200 }));
    const before = await visible(ada);
    await write(bo, ada, "new", 2);
    expect(await visible(ada)).toEqual(before);
    expect(await ada.text("chat-newest")).toBe("2 new messages");
    await ada.at("chat-newest").click();
    await until("the newest message", async () => (await visible(ada)).at(-1) === "new 1");
    expect(await ada.at("chat-newest").isVisible()).toBe(false);
    await ada.at("chat-log").evaluate((log) => log.parentElement?.scrollTo({ top: 0 }));
    await ada.sendChat("mine");
    await until("one's own message", async () => (await visible(ada)).at(-1) === "mine");
  });
});

/** Sends messages at once, and waits until the last has arrived. */
async function write(from: MeetingPage, to: MeetingPage, text: string, count: number): Promise<void> {
  const texts = Array.from({ length: count }, (_, at) => `${text} ${String(at)}`);
  await from.at("chat-input").evaluate((input, texts) => {
    for (const text of texts) {
      (input as HTMLInputElement).value = text;
      (input as HTMLInputElement).form?.requestSubmit();
    }
  }, texts);
  await until(`"${text}"`, async () => (await to.text("chat-log")).includes(`${text} ${String(count - 1)}`));
}

/** The texts of the messages that are completely on the screen. */
function visible({ page }: MeetingPage): Promise<string[]> {
  return page.getByTestId("chat-log").evaluate((log) => {
    const { top, bottom } = log.parentElement?.getBoundingClientRect() ?? new DOMRect();
    return [...log.children]
      .map((message) => message.querySelector(".message-text") ?? message)
      .filter((text) => {
        const box = text.getBoundingClientRect();
        return box.height > 0 && box.top >= top && box.bottom <= bottom;
      })
      .map((text) => text.textContent);
  });
}
