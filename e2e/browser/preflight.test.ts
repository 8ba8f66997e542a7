import { createSocket, type Socket } from "node:dgram";
import type { PreflightOptions, PreflightReport } from "@sig/client";
import { turnCredentials } from "@sig/server/turn";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Coturn, coturnIsHere } from "../support/coturn.js";
import { LabServer } from "./lab/lab.js";
import { openLab, type LabPage } from "./lab/pair.js";
import { Browsers, describePairings, everyPairing } from "./support/pairings.js";

describe.skipIf(!coturnIsHere)("preflight", () => {
  describePairings(
    "in a page",
    process.env.SIG_LONG === undefined ? ["chromium chromium"] : everyPairing.slice(0, 2),
    ([engine]) => {
      const browsers = new Browsers();
      let coturn: Coturn;
      let server: LabServer;
      let page: LabPage;

      beforeAll(async () => {
        coturn = await Coturn.start();
        const { port, secret } = coturn;
        const address = `127.0.0.1:${String(port)}`;
        server = await LabServer.start({
          TURN_URLS: `turn:${address}?transport=udp,turn:${address}?transport=tcp,turns:${address}`,
          TURN_SECRET: secret,
          STUN_URLS: `stun:${address}`,
        });
        page = await openLab(await browsers.get(engine), server);
      });

      afterAll(async () => {
        await browsers.close();
        await server.close();
        await coturn.close();
      });

      function preflight(
        options: Omit<PreflightOptions, "signal" | "clock" | "RTCPeerConnection"> = {},
      ): Promise<PreflightReport> {
        return page.page.evaluate(
          (options) => window.lab.preflight(window.lab.io({ transports: ["websocket"] }), options),
          options,
        );
      }

      it("says what answers, over what, before anybody has joined", async () => {
        const { sentences, ...report } = await preflight();
        expect(report).toMatchObject({
          reach: "everywhere",
          signaling: "answered",
          candidates: { host: true, relay: true },
        });
        expect(report.servers.map(({ kind, transport, outcome }) => `${kind} over ${transport} ${outcome}`)).toEqual([
          "stun over udp answers",
          "turn over udp answers",
          "turn over tcp answers",
          "turn over tls silent",
        ]);
        expect(sentences).toHaveLength(6);
        expect(page.errors).toEqual([]);
      });

      it("says that credentials are refused, which have expired", async () => {
        const { username, credential } = turnCredentials({ secret: coturn.secret, user: "ada", now: 0 });
        const { sentences, ...report } = await preflight({ iceServers: [{ urls: coturn.url, username, credential }] });
        expect(report).toMatchObject({
          signaling: "given",
          servers: [{ outcome: "refuses", code: 401 }],
          candidates: { relay: false },
        });
        expect(sentences).toContain(
          `TURN over UDP (${coturn.url.replace(/\?.*/, "")}) answered 401: the credentials are wrong or have expired.`,
        );
      });

      it("says that servers are silent when its time is over, and no later", async () => {
        const silent = await Promise.all([silence(), silence()]);
        const [stun, turn] = silent.map((socket) => `127.0.0.1:${String(socket.address().port)}`);
        const began = performance.now();
        const iceServers = [
          { urls: `stun:${stun ?? ""}` },
          { urls: `turn:${turn ?? ""}`, username: "u", credential: "c" },
        ];
        const report = await preflight({ iceServers, timeoutMs: 1500 });
        // Not after the ten seconds that it takes unless told otherwise.
        expect(performance.now() - began).toBeLessThan(10_000);
        for (const socket of silent) socket.close();
        expect(report).toMatchObject({ reach: "network", servers: [{ outcome: "silent" }, { outcome: "silent" }] });
      });

      it("says which address is none", async () => {
        expect(await preflight({ iceServers: [{ urls: "http://example.org" }, { urls: coturn.url }] })).toMatchObject({
          servers: [{ outcome: "invalid" }, { outcome: "invalid" }],
        });
      });
    },
  );
});

/** A port that takes everything and says nothing. */
function silence(): Promise<Socket> {
  const socket = createSocket("udp4");
  return new Promise((resolve) => socket.bind(0, "127.0.0.1", () => resolve(socket)));
}
