import { createSocket, type Socket } from "node:dgram";
import type { PreflightOptions, PreflightReport } from "@sig/client";
import { turnCredentials } from "@sig/server/turn";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Coturn, hasCoturn } from "../support/coturn.js";
import type { LabPage } from "./lab/lab-page.js";
import { withLab } from "./lab/with-lab.js";
import { describePairings, everyPairing } from "./support/pairings.js";

describe.skipIf(!hasCoturn)("preflight", () => {
  describePairings(
    "in a page",
    process.env.SIG_LONG === undefined ? ["chromium chromium"] : everyPairing.slice(0, 2),
    ([engine]) => {
      const lab = withLab({
        engine,
        env: async () => {
          coturn = await Coturn.start();
          const address = `127.0.0.1:${String(coturn.port)}`;
          return {
            TURN_URLS: `turn:${address}?transport=udp,turn:${address}?transport=tcp,turns:${address}`,
            TURN_SECRET: coturn.secret,
            STUN_URLS: `stun:${address}`,
          };
        },
      });
      let coturn: Coturn;
      let page: LabPage;

      beforeAll(async () => {
        page = await lab.open();
      });

      afterAll(() => coturn.close());

      function preflight(
        options: Omit<PreflightOptions, "signal" | "clock" | "RTCPeerConnection"> = {},
      ): Promise<PreflightReport> {
        return page.page.evaluate(
          (options) => window.lab.preflight(window.lab.io({ transports: ["websocket"] }), options),
          options,
        );
      }

      it("reports which servers answer, and over which transport, before a join", async () => {
        const { sentences, ...report } = await preflight({ timeoutMs: 3000 });
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

      it("reports that expired credentials are rejected", async () => {
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

      it("reports silent servers after the given time, and waits for nothing else", async () => {
        const silent = await Promise.all([silentPort(), silentPort()]);
        const [stun, turn] = silent.map((socket) => `127.0.0.1:${String(socket.address().port)}`);
        const iceServers = [
          { urls: `stun:${stun ?? ""}` },
          { urls: `turn:${turn ?? ""}`, username: "u", credential: "c" },
        ];
        const { report, waits } = await page.page.evaluate(async (iceServers) => {
          const waits: number[] = [];
          const clock = {
            now: () => performance.now(),
            after: (ms: number, run: () => void) => {
              waits.push(ms);
              const timer = setTimeout(run, ms);
              return () => {
                clearTimeout(timer);
              };
            },
          };
          const socket = window.lab.io({ transports: ["websocket"] });
          return { report: await window.lab.preflight(socket, { iceServers, timeoutMs: 1500, clock }), waits };
        }, iceServers);
        // Not the ten seconds that are the default.
        expect(Math.max(...waits)).toBe(1500);
        for (const socket of silent) socket.close();
        expect(report).toMatchObject({ reach: "network", servers: [{ outcome: "silent" }, { outcome: "silent" }] });
      });

      it("reports invalid server addresses", async () => {
        expect(await preflight({ iceServers: [{ urls: "http://example.org" }, { urls: coturn.url }] })).toMatchObject({
          servers: [{ outcome: "invalid" }, { outcome: "invalid" }],
        });
      });
    },
  );
});

/** A UDP port that answers nothing. */
function silentPort(): Promise<Socket> {
  const socket = createSocket("udp4");
  return new Promise((resolve) => socket.bind(0, "127.0.0.1", () => resolve(socket)));
}
