import { h, svg, type Attributes } from "./dom.js";

/** Strokes on a grid of 24 by 24. */
const paths = {
  mic: "M12 3a3 3 0 0 0-3 3v6a3 3 0 0 0 6 0V6a3 3 0 0 0-3-3zM5 11a7 7 0 0 0 14 0M12 18v3",
  micOff:
    "M9 9v3a3 3 0 0 0 4.7 2.5M15 11V6a3 3 0 0 0-5.7-1.3M5 11a7 7 0 0 0 10.8 5.9M19 11a7 7 0 0 1-.6 2.8M12 " +
    "18v3M4 3l16 18",
  camera:
    "M3 7.5A1.5 1.5 0 0 1 4.5 6h9A1.5 1.5 0 0 1 15 7.5v9a1.5 1.5 0 0 1-1.5 1.5h-9A1.5 1.5 0 0 1 3 16.5zM15 " +
    "10.5l6-3.5v10l-6-3.5",
  cameraOff:
    "M9 6h4.5A1.5 1.5 0 0 1 15 7.5v3l6-3.5v10l-2.5-1.46M15 15v1.5a1.5 1.5 0 0 1-1.5 1.5h-9A1.5 1.5 0 0 1 3 " +
    "16.5v-9A1.5 1.5 0 0 1 4.5 6M4 3l16 18",
  screen:
    "M3 5.5A1.5 1.5 0 0 1 4.5 4h15A1.5 1.5 0 0 1 21 5.5v9a1.5 1.5 0 0 1-1.5 1.5h-15A1.5 1.5 0 0 1 3 14.5zM8 " +
    "20h8M12 13V7.5M9.5 9.5 12 7l2.5 2.5",
  chat:
    "M4 5.5A1.5 1.5 0 0 1 5.5 4h13A1.5 1.5 0 0 1 20 5.5v9a1.5 1.5 0 0 1-1.5 1.5H10l-4.5 4v-4A1.5 1.5 0 0 " +
    "1 4 14.5zM8 8.5h8M8 11.5h5",
  leave: "M14 4h3.5A1.5 1.5 0 0 1 19 5.5v13a1.5 1.5 0 0 1-1.5 1.5H14M4 12h10M10.5 8.5 14 12l-3.5 3.5",
  link: "M10 14a4 4 0 0 0 5.7 0l3-3A4 4 0 0 0 13 5.3l-1 1M14 10a4 4 0 0 0-5.7 0l-3 3A4 4 0 0 0 11 18.7l1-1",
  check: "M5 12.5 10 17.5 19.5 7",
  report: "M6 3.5h8.5L19 8v12.5H6zM14 3.5V8.5h5M9 12.5h7M9 16h7",
  send: "M4 12 20 4.5 16 20l-4.5-5.5zM11.5 14.5 20 4.5",
  close: "M6 6l12 12M18 6 6 18",
} as const;

export type IconName = keyof typeof paths;

/** A decorative icon, hidden from screen readers: put a text beside it. */
export function icon(name: IconName): SVGElement {
  return svg("svg", { class: "icon", viewBox: "0 0 24 24", "aria-hidden": "true" }, svg("path", { d: paths[name] }));
}

/** An icon with its meaning as a text for screen readers. */
export function labeledIcon(name: IconName, label: string, attributes: Attributes = {}): HTMLElement {
  return h("span", attributes, icon(name), h("span", { class: "visually-hidden" }, label));
}
