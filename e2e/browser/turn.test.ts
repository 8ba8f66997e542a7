import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Coturn, hasCoturn } from "../support/coturn.js";
import { StunClient, type Credentials } from "../support/stun.js";
import { connected, eventsMatching, joinLab, receivesFrames, type LabPage } from "./lab/lab-page.js";
import { gather, selectedPath } from "./lab/ice-path.js";
import { sentCandidates, recordMessages } from "./lab/recorded-messages.js";
import { withLab } from "./lab/with-lab.js";
import { describePairings, everyPairing } from "./support/pairings.js";
import { until } from "../support/until.js";

const long = process.env.SIG_LONG !== undefined;
/** How often ICE restarts, one side after the other. */
const restarts = long ? 24 : 2;
/** Seconds that credentials are valid at first; the server sends fresh ones after three. */
const ttl = 4;

describe.skipIf(!hasCoturn)("relayed calls", () => {
  describePairings("through coturn", long ? everyPairing : ["chromium chromium"], (pairing) => {
    const lab = withLab({
      env: async () => {
        coturn = await Coturn.start();
        return { TURN_URLS: coturn.url, TURN_SECRET: coturn.secret, TURN_TTL: String(ttl) };
      },
    });
    let coturn: Coturn;
    let pages: [LabPage, LabPage];

    beforeAll(async () => {
      const [one, other] = pairing;
      pages = await Promise.all([
        lab.open("/", { engine: one, prepare: recordMessages }),
        lab.open("/", { engine: other, prepare: recordMessages }),
      ]);
      for (const page of pages)
        await joinLab(page, "relayed", { camera: true, manager: { rtc: { iceTransportPolicy: "relay" } } });
      await Promise.all(pages.map((page) => connected(page, 1)));
    });

    afterAll(() => coturn.close());

    it("T30: reveal no address but the relay's, and carry video both ways", async () => {
      await Promise.all(pages.map((page) => receivesFrames(page)));
      for (const page of pages) {
        expect(await selectedPath(page)).toMatchObject({ local: "relay", remote: "relay" });
        const candidates = await sentCandidates(page);
        expect(candidates).not.toEqual([]);
        for (const candidate of candidates)
          expect(candidate).toMatch(/ 127\.0\.0\.1 \d+ typ relay( raddr 0\.0\.0\.0 rport 0)?( |$)/);
      }
    });

    it("T31: go on when the credentials expire, and restart ICE with the fresh ones", async () => {
      for (const { page } of pages) await page.evaluate(() => (window.events.length = 0));
      const first = await Promise.all(pages.map(credentialsOf));
      expect(new Set(first.map(({ username }) => username)).size).toBe(2);
      await Promise.all(first.map((credentials) => untilRejected(coturn, credentials)));
      expect(await gather(pages[0], [{ urls: coturn.url, ...first[0] }])).toMatchObject({ relays: 0, codes: [401] });

      await Promise.all(pages.map((page) => receivesFrames(page)));
      const before = await Promise.all(pages.map(selectedPath));
      // Others that expire while ICE gathers with them would leave a side on its old allocation: these last an hour.
      lab.server.lengthenCredentials();
      await Promise.all(
        pages.map((page) => until("credentials that last", async () => secondsLeft(await credentialsOf(page)) > 60)),
      );
      // No recovery step: the same connection goes on over the same allocation.
      for (const page of pages) expect(await eventsMatching(page, /^recovery/)).toEqual([]);

      await restartIce(pages[0]);
      for (const [at, page] of pages.entries()) {
        await relayed(page, before[at]?.port);
      }
      await Promise.all(pages.map((page) => receivesFrames(page)));
      expect(pages.flatMap(({ errors }) => errors)).toEqual([]);
    });

    it(`carry video both ways after each of ${String(restarts)} ICE restarts from relay to relay`, async () => {
      for (let round = 0; round < restarts; round += 1) {
        await restartIce(pages[round % 2 === 0 ? 0 : 1]);
        await Promise.all(pages.map((page) => receivesFrames(page)));
      }
      for (const page of pages) await relayed(page);
    });

    it("recover when the relay restarts without its allocations", async () => {
      const { port } = coturn;
      for (const { page } of pages) await page.evaluate(() => (window.events.length = 0));
      await coturn.close();
      coturn = await Coturn.start(port);
      await untilRecovered(pages);
      await Promise.all(pages.map((page) => receivesFrames(page)));
      for (const page of pages) await relayed(page);
    });
  });
});

/** Waits until the path in use leads from relay to relay, over another allocation than `not`. */
async function relayed(page: LabPage, not?: number): Promise<void> {
  await until("a path from relay to relay", async () => {
    const { local, remote, port } = await selectedPath(page);
    return local === "relay" && remote === "relay" && port !== not;
  });
}

/** Waits until both sides have recovered. The quicker one recovers the path for both: the other may notice nothing. */
async function untilRecovered(pages: readonly LabPage[]): Promise<void> {
  await until(
    "the recovery of the path",
    async () => {
      const steps = await Promise.all(pages.map((page) => eventsMatching(page, /^recovery/)));
      const noticed = steps.filter((lines) => lines.length > 0);
      return noticed.length > 0 && noticed.every((lines) => lines.at(-1) === "recovery recovered");
    },
    40_000,
  );
  await Promise.all(pages.map((page) => connected(page, 1)));
}

/** The credentials in the current configuration of the connection. */
function credentialsOf({ page }: LabPage): Promise<Credentials> {
  return page.evaluate(() => {
    const [server] = window.lab.connection()?.getConfiguration().iceServers ?? [];
    return { username: server?.username ?? "", credential: server?.credential ?? "" };
  });
}

/** For how long they are valid yet: the user name starts with their expiry, in seconds since 1970. */
function secondsLeft({ username }: Credentials): number {
  return Number(username.split(":", 1)[0]) - Date.now() / 1000;
}

/** Waits until coturn rejects these credentials. */
async function untilRejected({ port }: Coturn, credentials: Credentials): Promise<void> {
  await until("the expiry of the credentials", async () => {
    const client = new StunClient(port);
    const outcome = await client.allocate(credentials);
    client.close();
    return outcome === 401;
  });
}

async function restartIce({ page }: LabPage): Promise<void> {
  await page.evaluate(async () => {
    const connection = window.lab.connection();
    const before = window.lab.generations(connection);
    connection?.restartIce();
    // Firefox's DTLS fails now and then, and the connection is replaced: that too is another ICE generation.
    const now = (): RTCPeerConnection | undefined => window.lab.connection();
    await window.lab.until(
      () => ({ ...window.lab.generations(now()), state: now()?.connectionState }),
      ({ local, remote, state }) => local !== before.local && remote !== before.remote && state === "connected",
    );
  });
}
