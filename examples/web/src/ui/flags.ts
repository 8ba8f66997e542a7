import { svg } from "./dom.js";

/**
 * The International Code of Signals: a tile without video shows the flag of the person's initial.
 * A flag is a list of paths on a grid of 6 by 6, each with a color.
 */
const colors = { w: "#ffffff", b: "#1c4f9c", r: "#cf352b", y: "#f6c324", k: "#17212b" } as const;
type Shape = readonly [color: keyof typeof colors, path: string];

const all = "M0 0h6v6H0z";
const left = "M0 0h3v6H0z";
const right = "M3 0h3v6H3z";
const top = "M0 0h6v3H0z";
const bottom = "M0 3h6v3H0z";
const saltire = "M0 0h1L6 5v1H5L0 1zM5 0h1v1L1 6H0V5z";
const cross = "M2.4 0h1.2v2.4H6v1.2H3.6V6H2.4V3.6H0V2.4h2.4z";
const checks = Array.from(
  { length: 8 },
  (_, at) =>
    `M${String((at % 2) * 3 + (Math.floor(at / 2) % 2) * 1.5)} ${String(Math.floor(at / 2) * 1.5)}h1.5v1.5h-1.5z`,
).join("");

const flags: readonly (readonly Shape[])[] = [
  /* A */ [
    ["w", left],
    ["b", "M3 0h3L4.8 3 6 6H3z"],
  ],
  /* B */ [["r", "M0 0h6L4.8 3 6 6H0z"]],
  /* C */ [
    ["b", all],
    ["w", "M0 1.2h6v3.6H0z"],
    ["r", "M0 2.4h6v1.2H0z"],
  ],
  /* D */ [
    ["y", all],
    ["b", "M0 1.5h6v3H0z"],
  ],
  /* E */ [
    ["b", top],
    ["r", bottom],
  ],
  /* F */ [
    ["w", all],
    ["r", "M3 0l3 3-3 3-3-3z"],
  ],
  /* G */ [
    ["y", all],
    ["b", "M1 0h1v6H1zM3 0h1v6H3zM5 0h1v6H5z"],
  ],
  /* H */ [
    ["w", left],
    ["r", right],
  ],
  /* I */ [
    ["y", all],
    ["k", "M3 1.5a1.5 1.5 0 1 1 0 3 1.5 1.5 0 0 1 0-3z"],
  ],
  /* J */ [
    ["b", all],
    ["w", "M0 2h6v2H0z"],
  ],
  /* K */ [
    ["y", left],
    ["b", right],
  ],
  /* L */ [
    ["y", all],
    ["k", "M3 0h3v3H3zM0 3h3v3H0z"],
  ],
  /* M */ [
    ["b", all],
    ["w", saltire],
  ],
  /* N */ [
    ["w", all],
    ["b", checks],
  ],
  /* O */ [
    ["r", "M0 0h6v6z"],
    ["y", "M0 0l6 6H0z"],
  ],
  /* P */ [
    ["b", all],
    ["w", "M2 2h2v2H2z"],
  ],
  /* Q */ [["y", all]],
  /* R */ [
    ["r", all],
    ["y", cross],
  ],
  /* S */ [
    ["w", all],
    ["b", "M2 2h2v2H2z"],
  ],
  /* T */ [
    ["r", "M0 0h2v6H0z"],
    ["w", "M2 0h2v6H2z"],
    ["b", "M4 0h2v6H4z"],
  ],
  /* U */ [
    ["w", all],
    ["r", "M0 0h3v3H0zM3 3h3v3H3z"],
  ],
  /* V */ [
    ["w", all],
    ["r", saltire],
  ],
  /* W */ [
    ["b", all],
    ["w", "M1.2 1.2h3.6v3.6H1.2z"],
    ["r", "M2.2 2.2h1.6v1.6H2.2z"],
  ],
  /* X */ [
    ["w", all],
    ["b", cross],
  ],
  /* Y */ [
    ["y", all],
    ["r", "M1.2 0h1.2L0 2.4V1.2zM3.6 0h1.2L0 4.8V3.6zM6 0v1.2L1.2 6H0zM6 2.4v1.2L3.6 6H2.4zM6 4.8V6H4.8z"],
  ],
  /* Z */ [
    ["y", "M0 0h6L3 3z"],
    ["b", "M6 0v6L3 3z"],
    ["r", "M6 6H0l3-3z"],
    ["k", "M0 6V0l3 3z"],
  ],
];

/** The flag of the first letter of a name, without accents. Other scripts and symbols get a flag, too. */
export function flagFor(name: string): SVGElement {
  const initial = name.normalize("NFD").toUpperCase().codePointAt(0) ?? 0;
  const shapes = flags[(initial - 65 + flags.length * 50_000) % flags.length] ?? [];
  return svg(
    "svg",
    { class: "flag", viewBox: "0 0 6 6", "aria-hidden": "true" },
    ...shapes.map(([color, d]) => svg("path", { d, fill: colors[color] })),
  );
}
