import { isPolite } from "@sig/protocol";
import { expect, it } from "vitest";
import { connected, eventsMatching, joinLab, receivesFrames, type LabPage } from "./lab/lab-page.js";
import { withLab } from "./lab/with-lab.js";
import { describePairings, usualPairings } from "./support/pairings.js";

/** Closes the connection with the one peer, as an application may. */
function close({ page }: LabPage): Promise<void> {
  return page.evaluate(() => window.lab.connection()?.close());
}

/** Waits for a connection that replaces the one at the time of `remember`. */
function replaced({ page }: LabPage): Promise<void> {
  return page.evaluate(async () => {
    const { before } = window.kept;
    await window.lab.until(
      () => window.lab.connection() !== before && window.lab.peer()?.state === "connected",
      (isReplaced) => isReplaced,
    );
  });
}

function remember({ page }: LabPage): Promise<void> {
  return page.evaluate(() => void (window.kept.before = window.lab.connection()));
}

describePairings("V17: an application that closes the connection", usualPairings, ([engine, other]) => {
  const lab = withLab();

  it.each([
    ["the polite end", "data alone", [0]],
    ["the impolite end", "data alone", [1]],
    ["both ends", "data alone", [0, 1]],
    ["the polite end", "a camera", [0]],
    ["the impolite end", "a camera", [1]],
    ["both ends", "a camera", [0, 1]],
    ["the polite end", "a camera and no data channel", [0]],
    ["the impolite end", "a camera and no data channel", [1]],
  ])("at %s, with %s, is connected again before the other end has noticed", async (closer, content, closing) => {
    const pages = await Promise.all([lab.open("/", { engine }), lab.open("/", { engine: other })]);
    const camera = content !== "data alone";
    const manager = { dataChannel: !content.endsWith("no data channel") };
    const room = `closed ${closer} ${content}`;
    const ids: string[] = [];
    for (const page of pages) ids.push(await joinLab(page, room, { camera, manager }));
    await Promise.all(pages.map((page) => connected(page, 1)));
    // What the ends say at the beginning is over: nothing makes them touch the connection.
    await new Promise((resolve) => setTimeout(resolve, 1000));
    await Promise.all(pages.map(remember));
    const byRole = isPolite(ids[0]!, ids[1]!) ? pages : pages.toReversed();
    await Promise.all(closing.map((role) => close(byRole[role]!)));
    await Promise.all(pages.map(replaced));
    if (camera) await Promise.all(pages.map((page) => receivesFrames(page)));
    if (closing.length === 1)
      expect(await eventsMatching(byRole[1 - closing[0]!]!, /^recovery (?!recovered)/)).toEqual([]);
    expect(pages.flatMap(({ errors }) => errors)).toEqual([]);
  });
});
