import { h } from "./dom.js";
import { packTiles } from "./layout.js";

const gap = 12;
const stripShare = 0.24;

/**
 * Lays tiles out so that they use the room there is: one size for all of them; with two people one's own picture
 * floats in a corner; a shared screen takes most of the stage and the faces stand in a strip below it.
 */
export class Stage {
  readonly element = h("section", { class: "stage", "aria-label": "People in the room" });
  readonly #observer = new ResizeObserver(() => {
    this.arrange();
  });

  constructor() {
    this.#observer.observe(this.element);
  }

  /** Own tile first, then the others, then the hint: what is to be seen, in this order. */
  show(self: HTMLElement, others: readonly HTMLElement[], hint: HTMLElement | undefined): void {
    const wanted = [self, ...others, ...(hint === undefined ? [] : [hint])];
    for (const child of [...this.element.children]) if (!wanted.includes(child as HTMLElement)) child.remove();
    // Moving a video in the document pauses it: only what is new is put in.
    for (const tile of wanted) if (tile.parentElement !== this.element) this.element.append(tile);
    this.arrange();
  }

  arrange(): void {
    const tiles = [...this.element.children].filter((child): child is HTMLElement => child instanceof HTMLElement);
    const { width, height } = contentBox(this.element);
    const screen = tiles.find((tile) => tile.classList.contains("shares-screen"));
    const self = tiles.find((tile) => tile.classList.contains("self"));
    const floats = screen === undefined && tiles.length === 2 && !tiles.some((tile) => tile.classList.contains("hint"));
    for (const tile of tiles) {
      tile.classList.toggle("spotlight", tile === screen);
      tile.classList.toggle("floating", floats && tile === self);
    }
    const inGrid = tiles.length - (floats ? 1 : 0) - (screen === undefined ? 0 : 1);
    const stripHeight = screen === undefined ? height : Math.round(height * stripShare);
    const size = packTiles(inGrid, { width, height: stripHeight }, gap);
    setSize(this.element, "tile", size.width, size.height);
    setSize(this.element, "spotlight", width, height - stripHeight - gap);
    this.element.classList.toggle("small-tiles", size.width < 220);
  }

  dispose(): void {
    this.#observer.disconnect();
  }
}

function contentBox(element: HTMLElement): { width: number; height: number } {
  const { paddingLeft, paddingRight, paddingTop, paddingBottom } = getComputedStyle(element);
  return {
    width: element.clientWidth - parseFloat(paddingLeft) - parseFloat(paddingRight),
    height: element.clientHeight - parseFloat(paddingTop) - parseFloat(paddingBottom),
  };
}

function setSize(element: HTMLElement, name: string, width: number, height: number): void {
  element.style.setProperty(`--${name}-width`, `${String(width)}px`);
  element.style.setProperty(`--${name}-height`, `${String(height)}px`);
}
