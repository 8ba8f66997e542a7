import type { Browser, Page } from "playwright-core";

/** The reports of all pages of the meeting in a browser: one side alone seldom shows why there is no connection. */
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

/** Runs in the page. Without focus, the clipboard rejects writes: its function is replaced. */
function copyReport(): Promise<string> {
  return new Promise((resolve) => {
    navigator.clipboard.writeText = (text) => {
      resolve(text);
      return Promise.resolve();
    };
    document.querySelector<HTMLElement>('[data-testid="copy-report"]')?.click();
  });
}
