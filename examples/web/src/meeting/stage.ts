import { h } from "../ui/dom.js";
import { fillRows, packTiles, type CellSize } from "./layout.js";

const gap = 12;
/** The part of the height that the tiles below shared screens get. */
const stripShare = 0.24;
/** Narrower tiles get smaller captions. CSS pixels. */
const smallTileWidth = 220;

/**
 * Arranges the tiles to use the available space. All of them have one size, with two exceptions:
 * with two people one's own tile floats in a corner, and tiles with a shared screen share most of the stage.
 */
export class Stage {
  readonly element = h("section", { class: "stage", "aria-label": "Videos" });
  readonly #observer = new ResizeObserver(() => {
    this.#arrange();
  });

  constructor() {
    this.#observer.observe(this.element);
  }

  /** Shows one's own tile, the others and the hint, in this order. */
  show(self: HTMLElement, others: readonly HTMLElement[], hint: HTMLElement | undefined): void {
    const wanted = [self, ...others, ...(hint === undefined ? [] : [hint])];
    for (const child of [...this.element.children]) if (!wanted.includes(child as HTMLElement)) child.remove();
    // Moving a video in the document pauses it: only new tiles are inserted.
    for (const tile of wanted) if (tile.parentElement !== this.element) this.element.append(tile);
    this.#arrange();
  }

  dispose(): void {
    this.#observer.disconnect();
  }

  #arrange(): void {
    const tiles = [...this.element.children].filter((child): child is HTMLElement => child instanceof HTMLElement);
    const { width, height } = contentBox(this.element);
    const screens = tiles.filter((tile) => tile.classList.contains("shares-screen"));
    const hasScreens = screens.length > 0;
    const self = tiles.find((tile) => tile.classList.contains("self"));
    const floats = !hasScreens && tiles.length === 2 && !tiles.some((tile) => tile.classList.contains("hint"));
    for (const tile of tiles) {
      tile.classList.toggle("spotlight", screens.includes(tile));
      tile.classList.toggle("floating", floats && tile === self);
    }
    const inGrid = tiles.length - (floats ? 1 : 0) - screens.length;
    const gridHeight = hasScreens ? Math.round(height * stripShare) : height;
    const size = packTiles(inGrid, { width, height: gridHeight }, gap);
    setSize(this.element, "tile", size);
    const cells = fillRows(screens.length, { width, height: height - gridHeight - gap }, gap);
    for (const [at, screen] of screens.entries()) setSize(screen, "spotlight", cells[at] ?? size);
    this.element.classList.toggle("small-tiles", size.width < smallTileWidth);
  }
}

function contentBox(element: HTMLElement): CellSize {
  const { paddingLeft, paddingRight, paddingTop, paddingBottom } = getComputedStyle(element);
  return {
    width: element.clientWidth - parseFloat(paddingLeft) - parseFloat(paddingRight),
    height: element.clientHeight - parseFloat(paddingTop) - parseFloat(paddingBottom),
  };
}

function setSize(element: HTMLElement, name: string, { width, height }: CellSize): void {
  element.style.setProperty(`--${name}-width`, `${String(width)}px`);
  element.style.setProperty(`--${name}-height`, `${String(height)}px`);
}
