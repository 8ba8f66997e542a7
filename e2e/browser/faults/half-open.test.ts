import { expect, it } from "vitest";
import { TcpProxy } from "../../support/tcp-proxy.js";
import { connected, eventsMatching, joinLab, openLab, receivesFrames, waitForState } from "../lab/lab-page.js";
import { withLab } from "../lab/with-lab.js";
import { Browsers } from "../support/pairings.js";

const lab = withLab({ env: () => Promise.resolve({ PING_MS: "500", GRACE_MS: "500" }) });
const browsers = new Browsers();

it("F06: a page whose path to the server is dead leaves the room, and its call goes on", async () => {
  const proxy = await TcpProxy.open(lab.server.port);
  const browser = await browsers.get("chromium");
  const [ada, bob] = await Promise.all([lab.open(), openLab(browser, proxy)]);
  try {
    await joinLab(ada, "half-open", { camera: true });
    const id = await joinLab(bob, "half-open", { camera: true });
    await Promise.all([ada, bob].map((page) => connected(page, 1)));
    await ada.page.evaluate(() => {
      window.kept.connection = window.lab.peer()?.connection;
    });
    const presenceOfBob = (wanted: "online" | "away"): Promise<unknown> =>
      ada.page.evaluate(
        ({ id, wanted }) =>
          window.lab.until(
            () => window.manager.peers.get(id)?.presence,
            (presence) => presence === wanted,
          ),
        { id, wanted },
      );

    proxy.mode = "blackhole";
    await presenceOfBob("away");
    // Longer than the grace time: whoever joins now does not find it any more.
    await ada.page.waitForTimeout(1000);
    const cleo = await lab.open();
    await joinLab(cleo, "half-open");
    await connected(cleo, 1);
    await Promise.all([receivesFrames(ada, 10, { from: id }), receivesFrames(bob, 10)]);

    proxy.mode = "open";
    await waitForState(bob, "joined");
    await presenceOfBob("online");
    await Promise.all([ada, bob].map((page) => connected(page, 2)));
    const isSame = (id: string): boolean => window.manager.peers.get(id)?.connection === window.kept.connection;
    expect(await ada.page.evaluate(isSame, id)).toBe(true);
    for (const page of [ada, bob]) {
      expect(await eventsMatching(page, /^peerLeft|^error|^trackEnded/)).toEqual([]);
      expect(page.errors).toEqual([]);
    }
    expect(await bob.page.evaluate(() => window.manager.id)).toBe(id);
  } finally {
    await bob.context.close();
    await browsers.close();
    await proxy.close();
  }
});
