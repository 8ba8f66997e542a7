import { expect, it } from "vitest";
import { type Box, boxesOf, boxOf, isWithin, overlap, resize, showsBeginning } from "./support/boxes.js";
import { openMeeting, type MeetingPage } from "./support/meeting-page.js";
import { describePairings } from "./support/pairings.js";
import { withMeeting } from "./support/with-meeting.js";

// cspell:ignoreRegExp [\u0600-\u06ff]+
const phone = { width: 390, height: 844 };
const landscapePhone = { width: 844, height: 390 };
const smallPhone = { width: 375, height: 553 };
const desktop = { width: 1280, height: 800 };
/** What a page has left of that desktop at 200 %. */
const zoomedDesktop = { width: 640, height: 400 };

const onScreen = ({ width, height }: { width: number; height: number }): Box => ({ x: 0, y: 0, width, height });

describePairings("what a person sees", ["chromium chromium", "firefox firefox"], ([engine]) => {
  const meeting = withMeeting({ engine });

  it("W04: names and messages that are written from right to left are seen from their beginning", async () => {
    const { enter } = meeting.open();
    const name = "عبد الرحمن بن محمد بن عبد الله الأنصاري القرطبي";
    const [ada, bo] = [await enter("Ada", { media: "none" }), await enter(name, { media: "none" })];
    await Promise.all([ada.waitForConnected(1), bo.waitForConnected(1)]);
    await bo.sendChat("مرحبا بكم");
    await ada.waitForChat("مرحبا");
    await resize(ada.page, { width: 900, height: 500 });
    const { page } = ada;
    for (const element of [page.locator(".person-name").nth(1), page.locator(".message-head strong")])
      expect(await showsBeginning(element), String(element)).toBe(true);
    await resize(page, { width: 340, height: 700 });
    const caption = page.getByTestId("tile").locator(".tile-name");
    expect(await caption.evaluate((text) => text.scrollWidth > text.clientWidth), "the name is cut").toBe(true);
    expect(await showsBeginning(caption)).toBe(true);
  });

  it("W04: Join is on the screen of small phones, of a phone held sideways, and at 200 %", async () => {
    const { context } = await meeting.newContext();
    const ada = await openMeeting(context, meeting.url, { room: "small", media: "none" });
    for (const size of [phone, smallPhone, landscapePhone, zoomedDesktop, desktop]) {
      await resize(ada.page, size);
      for (const control of ["name", "room", "join"])
        expect(isWithin(await boxOf(ada.at(control)), onScreen(size)), `${control} at ${String(size.height)}`).toBe(
          true,
        );
    }
  });
});

describePairings("what a person in a meeting sees", ["chromium chromium"], () => {
  const meeting = withMeeting();

  it("W04: a toast covers neither the reconnecting banner nor the state of a connection nor a control", async () => {
    const { enter } = meeting.open();
    const [ada, bo] = [await enter("Ada", { media: "none" }), await enter("Bo", { media: "none" })];
    await Promise.all([ada.waitForConnected(1), bo.waitForConnected(1)]);
    await ada.page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await meeting.stop();
    await ada.waitForState("reconnecting");
    for (const size of [phone, landscapePhone, desktop]) {
      await resize(ada.page, size);
      expect(await coveredByToast(ada), `at ${String(size.width)}`).toEqual([]);
    }
    await meeting.restart();
  });

  it("W04: two shared screens are both large, and every tile is on the stage, beside the others", async () => {
    const { enter } = meeting.open();
    const ada = await enter("Ada", { media: "none" });
    const [bo, cy] = [await enter("Bo", { media: "none" }), await enter("Cy", { media: "none" })];
    await ada.waitForConnected(2);
    await bo.at("screen").click();
    await cy.at("screen").click();
    for (const name of ["Bo", "Cy"]) await ada.screen(name).waitFor();
    for (const size of [phone, landscapePhone, desktop]) {
      await resize(ada.page, size);
      const stage = await boxOf(ada.page.locator(".stage"));
      for (const name of ["Bo", "Cy"]) {
        const { width, height } = await boxOf(ada.screen(name));
        expect((width * height) / (stage.width * stage.height), `${name} at ${String(size.width)}`).toBeGreaterThan(
          0.3,
        );
      }
      const tiles = await boxesOf(ada.page.locator(".stage > .tile"));
      expect(tiles).toHaveLength(3);
      for (const [at, tile] of tiles.entries()) {
        expect(isWithin(tile, stage), `tile ${String(at)} at ${String(size.width)}`).toBe(true);
        expect(tiles.slice(at + 1).filter((other) => overlap(tile, other))).toEqual([]);
      }
    }
  });

  it("W04: the own tile in the corner covers no name, and lies on the other tile", async () => {
    const { enter } = meeting.open();
    const ada = await enter("Ada", { media: "none" });
    const bo = await enter("Bo ".repeat(20).trim(), { media: "none" });
    await Promise.all([ada.waitForConnected(1), bo.waitForConnected(1)]);
    for (const size of [phone, landscapePhone, zoomedDesktop, desktop]) {
      await resize(ada.page, size);
      const own = await boxOf(ada.page.locator(".tile.self"));
      const tile = ada.at("tile");
      expect(isWithin(own, await boxOf(tile)), `at ${String(size.width)}`).toBe(true);
      expect(overlap(own, await boxOf(tile.locator(".tile-foot"))), `at ${String(size.width)}`).toBe(false);
    }
  });
});

/** What the toast "Link copied" covers. It stays for four seconds: it is shown and measured in one step. */
function coveredByToast({ page }: MeetingPage): Promise<string[]> {
  return page.evaluate(async () => {
    document.querySelector<HTMLElement>('header [data-testid="copy-link"]')?.click();
    const toast = document.querySelector(".toast");
    while (toast?.textContent === "") await new Promise((resolve) => setTimeout(resolve, 20));
    const one = toast?.getBoundingClientRect() ?? new DOMRect();
    return [...document.querySelectorAll('.status-text, .bar, [data-testid="connection"], .controls')]
      .filter((element) => {
        const other = element.getBoundingClientRect();
        return one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom;
      })
      .map(({ textContent }) => textContent);
  });
}
