import type { Locator, Page } from "playwright-core";

/** CSS pixels, from the corner of the viewport. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Resizes a page, and waits until it has arranged itself: its `ResizeObserver` is called with the next frame. */
export async function resize(page: Page, size: Pick<Box, "width" | "height">): Promise<void> {
  await page.setViewportSize(size);
  await page.evaluate(
    () => new Promise<void>((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => resolve()))),
  );
}

/** The box of a visible element. */
export async function boxOf(element: Locator): Promise<Box> {
  const box = await element.boundingBox();
  if (box === null) throw new Error(`Not visible: ${String(element)}`);
  return box;
}

/** The boxes of the elements that are visible. */
export async function boxesOf(elements: Locator): Promise<Box[]> {
  const boxes = await Promise.all((await elements.all()).map((element) => element.boundingBox()));
  return boxes.flatMap((box) => (box === null || box.width === 0 || box.height === 0 ? [] : [box]));
}

export function overlap(one: Box, other: Box): boolean {
  return (
    one.x < other.x + other.width &&
    other.x < one.x + one.width &&
    one.y < other.y + other.height &&
    other.y < one.y + one.height
  );
}

export function isWithin(inner: Box, outer: Box): boolean {
  return (
    inner.x >= outer.x - 0.5 &&
    inner.y >= outer.y - 0.5 &&
    inner.x + inner.width <= outer.x + outer.width + 0.5 &&
    inner.y + inner.height <= outer.y + outer.height + 0.5
  );
}

/** Whether the first letters of an element's text are drawn where they can be seen. */
export function showsBeginning(element: Locator): Promise<boolean> {
  return element.evaluate((container) => {
    const text = container.firstChild;
    if (text === null) return false;
    const letters = document.createRange();
    letters.setStart(text, 0);
    letters.setEnd(text, 3);
    const [inner, outer] = [letters.getBoundingClientRect(), container.getBoundingClientRect()];
    return inner.width > 0 && inner.left >= outer.left - 1 && inner.right <= outer.right + 1;
  });
}
