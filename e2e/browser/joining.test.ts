import { describe, expect, it } from "vitest";
import { LabServer } from "./lab/lab.js";
import { connected, joinLab, openLab, seesFrames } from "./lab/pair.js";
import { withLab } from "./lab/suite.js";
import { launch } from "./support/browser.js";

describe("joining", () => {
  const lab = withLab();

  it("connects two peers each of 24 times that they join in the same moment", async () => {
    const pages = await Promise.all([lab.open(), lab.open()]);
    for (let round = 0; round < 24; round += 1) {
      const room = `at-once-${String(round)}`;
      await Promise.all(pages.map((page) => joinLab(page, room)));
      await Promise.all(pages.map((page) => connected(page, 1)));
      await Promise.all(pages.map(({ page }) => page.evaluate(() => window.manager.leave())));
    }
    expect(pages.flatMap(({ errors }) => errors)).toEqual([]);
  });

  it("connects three peers that join in the same moment, each once to each", async () => {
    const pages = await Promise.all([lab.open(), lab.open(), lab.open()]);
    await Promise.all(pages.map((page) => joinLab(page, "three", { camera: true })));
    await Promise.all(pages.map((page) => connected(page, 2)));
    await Promise.all(pages.map((page) => seesFrames(page)));
    for (const { page } of pages)
      expect(await page.evaluate(() => window.heard.filter((line) => line === "peerJoined").length)).toBe(2);
  });

  it("lets two managers share one socket, each in a room of its own", async () => {
    const pages = await Promise.all([lab.open(), lab.open()]);
    const states = await Promise.all(
      pages.map(({ page }) =>
        page.evaluate(async () => {
          const { PeerManager, io, until } = window.lab;
          const socket = io();
          const managers = [new PeerManager(socket), new PeerManager(socket)];
          await Promise.all(managers.map((manager, at) => manager.join(`shared-${String(at)}`)));
          return until(
            () => managers.map(({ peers }) => [...peers.values()].map(({ state }) => state).join()),
            (states) => states.every((state) => state === "connected"),
          );
        }),
      ),
    );
    expect(states).toEqual([
      ["connected", "connected"],
      ["connected", "connected"],
    ]);
  });

  it("rejects with TIMEOUT and a hint when no server answers, and can be tried again", async () => {
    const { page } = await lab.open();
    const result = await page.evaluate(async () => {
      const { PeerManager, io } = window.lab;
      const manager = new PeerManager(io("http://127.0.0.1:9", { reconnection: false }));
      const joining = manager.join("nobody", { timeoutMs: 300 }).then(() => undefined);
      const { code, message, retryable } = (await joining.catch((error: unknown) => error)) as {
        code: string;
        message: string;
        retryable: boolean;
      };
      return { code, message, retryable, state: manager.state };
    });
    expect(result).toMatchObject({ code: "TIMEOUT", retryable: true, state: "idle" });
    expect(result.message).toContain("could not be reached");
  });

  it("is taken back by its signal", async () => {
    const { page } = await lab.open();
    const code = await page.evaluate(async () => {
      const { PeerManager, io } = window.lab;
      const controller = new AbortController();
      const joining = new PeerManager(io()).join("never", { signal: controller.signal });
      controller.abort();
      return joining.then(
        () => "joined",
        (error: unknown) => (error as { code: string }).code,
      );
    });
    expect(code).toBe("ABORTED");
  });
});

describe("joining where local addresses are hidden behind .local names", () => {
  it("connects two peers all the same", async () => {
    const [server, browser] = await Promise.all([LabServer.start(), launch({ devices: false, mdns: true })]);
    try {
      const pages = await Promise.all([openLab(browser, server), openLab(browser, server)]);
      await Promise.all(pages.map((page) => joinLab(page, "mdns")));
      await Promise.all(pages.map((page) => connected(page, 1)));
      for (const { page } of pages) {
        const candidates = await page.evaluate(
          () =>
            [...window.manager.peers.values()][0]?.connection?.localDescription?.sdp.match(/^a=candidate.*$/gm) ?? [],
        );
        expect(candidates).not.toEqual([]);
        for (const candidate of candidates) expect(candidate).toContain(".local");
      }
    } finally {
      await browser.close();
      await server.close();
    }
  });
});
