import type { Browser, Page } from "playwright-core";

/** What every page of the meeting in a browser says of its calls: why a pair has no connection is seldom to be seen on one side. */
export async function meetingReports(browser: Browser | null): Promise<string> {
  const pages = browser?.contexts().flatMap((context) => context.pages()) ?? [];
  return (await Promise.all(pages.map(reportOf))).join("\n\n");
}

async function reportOf(page: Page): Promise<string> {
  const tiles = await page
    .getByTestId("tile")
    .evaluateAll((elements) =>
      elements.map((tile) =>
        ["aria-label", "data-peer-id", "data-state"].map((name) => tile.getAttribute(name)).join(" "),
      ),
    );
  const timeline = await page.evaluate(copyReport);
  return [page.url(), ...tiles, ...(JSON.parse(timeline) as object[]).map((entry) => JSON.stringify(entry))].join("\n");
}

/** Runs in the page. The page has no focus, so that its clipboard would refuse. */
function copyReport(): Promise<string> {
  return new Promise((resolve) => {
    navigator.clipboard.writeText = (text) => {
      resolve(text);
      return Promise.resolve();
    };
    document.querySelector<HTMLElement>('[data-testid="copy-report"]')?.click();
  });
}
