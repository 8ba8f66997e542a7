import { describe, it } from "vitest";
import { joinLab, receivesFrames } from "./lab/lab-page.js";
import { withLab } from "./lab/with-lab.js";

describe("a publication", () => {
  const lab = withLab();

  it("V08: is muted by kind, as the others see", async () => {
    const [sender, viewer] = await Promise.all([lab.open(), lab.open()]);
    await joinLab(sender, "muted");
    await joinLab(viewer, "muted");
    await sender.page.evaluate(async () => {
      const publication = window.manager.publish(await window.lab.media({ audio: true }), { label: "camera" });
      window.kept.publication = publication;
      publication.mute("audio");
    });
    const muted = (expected: string): Promise<string> =>
      viewer.page.evaluate(
        (expected) =>
          window.lab.until(
            () =>
              (window.lab.peer()?.tracks ?? [])
                .map(({ kind, muted }) => `${kind} ${muted ? "muted" : "on"}`)
                .sort()
                .join(),
            (now) => now === expected,
          ),
        expected,
      );
    await muted("audio muted,video on");
    const change = (method: "mute" | "unmute"): Promise<void> =>
      sender.page.evaluate(
        (method) => (window.kept.publication as Record<typeof method, () => void>)[method](),
        method,
      );
    await change("mute");
    await muted("audio muted,video muted");
    await change("unmute");
    await muted("audio on,video on");
    await receivesFrames(viewer);
  });
});
