import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hasRedis } from "../../packages/server/test/redis/redis-server.js";
import { until } from "../support/until.js";
import { newContext } from "./support/browser.js";
import { ClusterProgram } from "./support/cluster-program.js";
import { showsFrames } from "./support/media-probes.js";
import { Browsers } from "./support/pairings.js";

const nodes = ["node-1", "node-2", "node-3"];

/** What the page shows of each node. */
async function cardsOf(page: Page): Promise<Record<string, string>> {
  const cards = await Promise.all(
    nodes.map(async (name) => {
      const card = page.getByTestId(name);
      const people = await card.locator(".person, .nobody").allTextContents();
      return [name, `${await card.locator(".state").innerText()}: ${people.join(", ")}`] as const;
    }),
  );
  return Object.fromEntries(cards);
}

async function showsCards(page: Page, expected: Record<string, string>): Promise<void> {
  const wanted = JSON.stringify(expected);
  await until(`the nodes ${wanted}`, async () => JSON.stringify(await cardsOf(page)) === wanted).catch(
    async (cause: unknown) => {
      throw new Error(`The page shows ${JSON.stringify(await cardsOf(page))}`, { cause });
    },
  );
}

const video = (page: Page) => page.getByTestId("tile").locator("video");

/** Keeps the stream that a page shows, to see that no other one comes in its place. */
async function keepStream(page: Page): Promise<void> {
  await video(page).evaluate((element) => {
    Object.assign(window, { kept: (element as HTMLVideoElement).srcObject });
  });
}

function showsKeptStream(page: Page): Promise<boolean> {
  return video(page).evaluate((element) => {
    const { kept } = window as unknown as { kept: MediaStream };
    return (element as HTMLVideoElement).srcObject === kept && kept.getTracks()[0]?.readyState === "live";
  });
}

const waitForStatus = (page: Page, state: string): Promise<void> =>
  until(`the state ${state}`, async () => (await page.getByTestId("status").textContent()) === state);

async function open(browser: Browser, url: string, name: string, errors: string[]): Promise<Page> {
  const { context } = await newContext(browser, errors);
  const page = await context.newPage();
  await page.goto(`${url}/?name=${name}`);
  await waitForStatus(page, "joined");
  return page;
}

const nodeOf = (cards: Record<string, string>, person: string): string =>
  nodes.find((name) => cards[name]?.includes(person)) ?? "";

/** The cards when these two are the only people. */
const cardsWith = (ada: [string, string], bob: [string, string], stopped?: string): Record<string, string> =>
  Object.fromEntries(
    nodes.map((name) => {
      const [person = "nobody"] = [ada, bob].flatMap(([node, label]) => (node === name ? label : []));
      return [name, `${name === stopped ? "stopped" : "running"}: ${person}`];
    }),
  );

describe.skipIf(!hasRedis)("examples/cluster, started by its command", () => {
  const browsers = new Browsers();
  let program: ClusterProgram;

  beforeAll(async () => {
    program = await ClusterProgram.start();
  }, 300_000);

  afterAll(async () => {
    await browsers.close();
    await program.close();
  });

  it("goes on with a call while nodes are killed by their buttons, one and all, and shows who is where", async () => {
    const browser = await browsers.get("chromium");
    const errors: string[] = [];
    const ada = await open(browser, program.url, "Ada", errors);
    const bob = await open(browser, program.url, "Bob", errors);
    const pages = [ada, bob];
    await Promise.all(pages.map((page) => showsFrames(video(page), 5)));
    await Promise.all(pages.map(keepStream));
    const before = await cardsOf(ada);
    const [home, bobsNode] = [nodeOf(before, "Ada (you)"), nodeOf(before, "Bob")];
    // Each connection goes to the next node.
    expect(bobsNode).not.toBe(home);
    const spare = nodes.find((name) => name !== home && name !== bobsNode) ?? "";
    await showsCards(ada, cardsWith([home, "Ada (you)"], [bobsNode, "Bob"]));
    await showsCards(bob, cardsWith([home, "Ada"], [bobsNode, "Bob (you)"]));

    await ada.getByRole("button", { name: `Kill ${home}` }).click();
    await ada.getByTestId("log").getByText("Your node is gone.").waitFor();
    await Promise.all(pages.map((page) => showsFrames(video(page), 10)));
    // The nodes that run take turns: Ada may be on that of Bob.
    await until("Ada on another node", async () => {
      const now = nodeOf(await cardsOf(bob), "Ada");
      return now !== "" && now !== home;
    });
    const now = nodeOf(await cardsOf(bob), "Ada");
    expect([spare, bobsNode]).toContain(now);
    const whereTheyAre = (adaLabel: string, bobLabel: string, stopped?: string): Record<string, string> => {
      if (now !== bobsNode) return cardsWith([now, adaLabel], [bobsNode, bobLabel], stopped);
      // The page lists itself first.
      const both = adaLabel.endsWith("(you)") ? `${adaLabel}, ${bobLabel}` : `${bobLabel}, ${adaLabel}`;
      return cardsWith([now, both], ["", ""], stopped);
    };
    await showsCards(ada, whereTheyAre("Ada (you)", "Bob", home));
    await showsCards(bob, whereTheyAre("Ada", "Bob (you)", home));

    await bob.getByRole("button", { name: `Start ${home}` }).click();
    await showsCards(ada, whereTheyAre("Ada (you)", "Bob"));
    await showsCards(bob, whereTheyAre("Ada", "Bob (you)"));
    await Promise.all(pages.map((page) => showsFrames(video(page), 10)));
    for (const page of pages) {
      expect(await showsKeptStream(page)).toBe(true);
      expect(await page.getByTestId("tile").count()).toBe(1);
      expect(await page.getByTestId("log").getByText("out of the call").count()).toBe(0);
    }

    for (const name of nodes) await bob.getByRole("button", { name: `Kill ${name}` }).click();
    await until("no node", async () => Object.values(await cardsOf(ada)).every((text) => text.startsWith("stopped")));
    await Promise.all(pages.map((page) => waitForStatus(page, "reconnecting")));
    await Promise.all(pages.map((page) => showsFrames(video(page), 10)));
    await bob.getByRole("button", { name: `Start ${spare}` }).click();
    const together = (people: string): Record<string, string> =>
      Object.fromEntries(nodes.map((name) => [name, name === spare ? `running: ${people}` : "stopped: nobody"]));
    await showsCards(ada, together("Ada (you), Bob"));
    await showsCards(bob, together("Bob (you), Ada"));
    await Promise.all(pages.map((page) => showsFrames(video(page), 10)));
    expect(await Promise.all(pages.map(showsKeptStream))).toEqual([true, true]);
    // The socket of Ada's page was cut: nothing else is an error.
    expect(errors.filter((error) => !error.includes("WebSocket"))).toEqual([]);
  });

  it("lets no page of another site kill a node", async () => {
    const origins = [undefined, "http://example.org"];
    const answers = await Promise.all(
      origins.map((origin) =>
        fetch(`${program.url}/nodes/node-1/kill`, { method: "POST", ...(origin && { headers: { origin } }) }),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual([403, 403]);
  });
});
