import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Coturn, coturnIsHere } from "../support/coturn.js";
import { StunClient, type Credentials } from "../support/stun.js";
import { LabServer } from "./lab/lab.js";
import { connected, joinLab, openLab, seesFrames, type LabPage } from "./lab/pair.js";
import { gather, selectedPath } from "./lab/relayed.js";
import { candidatesSaid, listenIn } from "./lab/said.js";
import { Browsers, describePairings, everyPairing, type Pairing } from "./support/pairings.js";
import { until } from "./support/until.js";

const long = process.env.SIG_LONG !== undefined;
/** Of ICE, one side after the other. */
const restarts = long ? 24 : 2;
/** Seconds that credentials are good in these tests: fresh ones come after three of them. */
const ttl = 4;

describe.skipIf(!coturnIsHere)("relayed calls", () => {
  describePairings("through coturn", long ? everyPairing : ["chromium chromium"], (pairing) => {
    const browsers = new Browsers();
    let coturn: Coturn;
    let server: LabServer;
    let pages: [LabPage, LabPage];

    beforeAll(async () => {
      coturn = await Coturn.start();
      server = await LabServer.start({ TURN_URLS: coturn.url, TURN_SECRET: coturn.secret, TURN_TTL: String(ttl) });
      pages = await call(pairing, browsers, server);
    });

    afterAll(async () => {
      await browsers.close();
      await server.close();
      await coturn.close();
    });

    it("T30: shows nobody an address but the relay's, and has pictures both ways", async () => {
      await Promise.all(pages.map((page) => seesFrames(page)));
      for (const page of pages) {
        expect(await selectedPath(page)).toMatchObject({ local: "relay", remote: "relay" });
        const said = await candidatesSaid(page);
        expect(said).not.toEqual([]);
        for (const candidate of said)
          expect(candidate).toMatch(/ 127\.0\.0\.1 \d+ typ relay( raddr 0\.0\.0\.0 rport 0)?( |$)/);
      }
    });

    it("T31: the call goes on when the credentials expire, and ICE restarts with those that came meanwhile", async () => {
      const first = await Promise.all(pages.map(credentialsOf));
      expect(new Set(first.map(({ username }) => username)).size).toBe(2);
      await Promise.all(first.map((credentials) => refused(coturn, credentials)));
      expect(await gather(pages[0], [{ urls: coturn.url, ...first[0] }])).toMatchObject({ relays: 0, codes: [401] });

      await Promise.all(pages.map((page) => seesFrames(page)));
      const before = await Promise.all(pages.map(selectedPath));
      await Promise.all(
        pages.map((page, at) =>
          until("fresh credentials", async () => (await credentialsOf(page)).username !== first[at]?.username),
        ),
      );
      // Nothing was done about anything: it is the same connection, over the same allocation.
      for (const { page } of pages)
        expect(await page.evaluate(() => window.heard.filter((line) => line.startsWith("recovery")))).toEqual([]);

      await restartIce(pages[0]);
      for (const [at, page] of pages.entries()) {
        await relayed(page, before[at]?.port);
      }
      await Promise.all(pages.map((page) => seesFrames(page)));
      expect(pages.flatMap(({ errors }) => errors)).toEqual([]);
    });

    it(`has pictures both ways after each of ${String(restarts)} ICE restarts from relay to relay`, async () => {
      for (let round = 0; round < restarts; round += 1) {
        await restartIce(pages[round % 2 === 0 ? 0 : 1]);
        await Promise.all(pages.map((page) => seesFrames(page)));
      }
      for (const page of pages) await relayed(page);
    });

    it("is repaired where the relay is started anew and knows of no allocation", async () => {
      const { port } = coturn;
      for (const { page } of pages) await page.evaluate(() => (window.heard.length = 0));
      await coturn.close();
      coturn = await Coturn.start(port);
      await repaired(pages);
      await Promise.all(pages.map((page) => seesFrames(page)));
      for (const page of pages) await relayed(page);
    });
  });
});

/** Two pages that send each other pictures, over relays alone. */
async function call([one, other]: Pairing, browsers: Browsers, server: LabServer): Promise<[LabPage, LabPage]> {
  const open = async (engine: Pairing[number]): Promise<LabPage> =>
    openLab(await browsers.get(engine), server, "/", listenIn);
  const pages = await Promise.all([open(one), open(other)]);
  for (const page of pages)
    await joinLab(page, "relayed", { camera: true, manager: { rtc: { iceTransportPolicy: "relay" } } });
  await Promise.all(pages.map((page) => connected(page, 1)));
  return pages;
}

/** Waits until the path in use goes from relay to relay, and over another allocation than that one. */
async function relayed(page: LabPage, not?: number): Promise<void> {
  await until("a path from relay to relay", async () => {
    const { local, remote, port } = await selectedPath(page);
    return local === "relay" && remote === "relay" && port !== not;
  });
}

/** Waits until the path is back on both sides. The one that is quicker repairs it for both: the other may never have missed it. */
async function repaired(pages: readonly LabPage[]): Promise<void> {
  const recovery = ({ page }: LabPage): Promise<string[]> =>
    page.evaluate(() => window.heard.filter((line) => line.startsWith("recovery")));
  await until(
    "the repair of the path",
    async () => {
      const heard = (await Promise.all(pages.map(recovery))).filter((lines) => lines.length > 0);
      return heard.length > 0 && heard.every((lines) => lines.at(-1) === "recovery recovered");
    },
    40_000,
  );
  await Promise.all(pages.map((page) => connected(page, 1)));
}

/** Those that the connection would use now. */
function credentialsOf({ page }: LabPage): Promise<Credentials> {
  return page.evaluate(() => {
    const [server] = [...window.manager.peers.values()][0]?.connection?.getConfiguration().iceServers ?? [];
    return { username: server?.username ?? "", credential: server?.credential ?? "" };
  });
}

/** Waits until nothing can be allocated with them any more. */
async function refused({ port }: Coturn, credentials: Credentials): Promise<void> {
  await until("the end of credentials", async () => {
    const client = new StunClient(port);
    const outcome = await client.allocate(credentials);
    client.close();
    return outcome === 401;
  });
}

async function restartIce({ page }: LabPage): Promise<void> {
  await page.evaluate(async () => {
    const connection = [...window.manager.peers.values()][0]?.connection;
    const before = window.lab.generations(connection);
    connection?.restartIce();
    // Firefox's encryption fails now and then, and the connection is replaced: another generation as well.
    const now = (): RTCPeerConnection | undefined => [...window.manager.peers.values()][0]?.connection;
    await window.lab.until(
      () => ({ ...window.lab.generations(now()), state: now()?.connectionState }),
      ({ local, remote, state }) => local !== before.local && remote !== before.remote && state === "connected",
    );
  });
}
