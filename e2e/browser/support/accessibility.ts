import axe from "axe-core";
import type { Page } from "playwright-core";

/** What axe finds on a page in its current state, in both color schemes: a sentence for each element. */
export async function axeFindings(page: Page): Promise<string[]> {
  const findings: string[] = [];
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    // Evaluated by the driver: the page's own policy forbids inline scripts.
    await page.evaluate(axe.source);
    const { violations } = await page.evaluate(() =>
      (window as unknown as { axe: typeof axe }).axe.run(document, {
        resultTypes: ["violations"],
        rules: { "target-size": { enabled: true } },
      }),
    );
    for (const { id, nodes } of violations)
      findings.push(
        ...nodes.map(
          ({ target, failureSummary }) => `${colorScheme} ${id} ${target.join(" ")}: ${failureSummary ?? ""}`,
        ),
      );
  }
  return findings;
}

/** Everything that a keyboard can reach. */
const controls = "a[href], button, input, summary, [tabindex='0']";

/** The controls that are smaller than 24 CSS pixels in a direction. */
export function smallControls(page: Page): Promise<string[]> {
  return page.locator(controls).evaluateAll((elements) =>
    elements.flatMap((element) => {
      const { width, height } = element.getBoundingClientRect();
      const isSmall = width > 0 && (width < 24 || height < 24);
      return isSmall ? [`${element.outerHTML.slice(0, 80)}: ${String(width)} x ${String(height)}`] : [];
    }),
  );
}

export interface TabStop {
  readonly control: string;
  readonly hasFocusRing: boolean;
  /** By nothing else on the page, at its center. */
  readonly isCovered: boolean;
}

/** Presses Tab once for every control that is enabled and visible, from the top of the page. */
export async function walkByTab(page: Page): Promise<{ expected: string[]; stops: TabStop[] }> {
  const expected = await page.locator(controls).evaluateAll((elements) =>
    elements
      .filter(
        (element) => element.checkVisibility({ visibilityProperty: true }) && !element.matches(":disabled, [inert] *"),
      )
      .map((element, at) => {
        element.setAttribute(
          "data-tab-stop",
          `${String(at)} ${element.textContent} ${element.ariaLabel ?? element.id}`,
        );
        return element.getAttribute("data-tab-stop") ?? "";
      }),
  );
  // Browsers continue at the element that had the focus last.
  await page.evaluate(() => {
    const top = document.createElement("div");
    top.tabIndex = -1;
    document.body.prepend(top);
    top.focus();
    top.addEventListener("blur", () => top.remove());
  });
  const stops: TabStop[] = [];
  while (stops.length < expected.length) {
    await page.keyboard.press("Tab");
    stops.push(
      await page.evaluate(() => {
        const focused = document.activeElement ?? document.body;
        const { outlineStyle, outlineWidth } = getComputedStyle(focused);
        const { x, y, width, height } = focused.getBoundingClientRect();
        return {
          control: focused.getAttribute("data-tab-stop") ?? focused.outerHTML.slice(0, 80),
          hasFocusRing: outlineStyle !== "none" && parseFloat(outlineWidth) >= 2,
          isCovered: !focused.contains(document.elementFromPoint(x + width / 2, y + height / 2)),
        };
      }),
    );
  }
  return { expected, stops };
}
