import { describe, expect, it } from "vitest";
import { fillRows, packTiles } from "../src/meeting/layout.js";

const phone = { width: 374, height: 700 };
const desktop = { width: 912, height: 656 };
const gap = 12;

describe("tiles", () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8, 9])("fit into the stage without overlap: %i of them", (count) => {
    for (const box of [phone, desktop]) {
      const { columns, width, height } = packTiles(count, box, gap);
      const rows = Math.ceil(count / columns);
      expect(columns * width + (columns - 1) * gap).toBeLessThanOrEqual(box.width);
      expect(rows * height + (rows - 1) * gap).toBeLessThanOrEqual(box.height);
    }
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8, 9])("cover more than half of the stage: %i of them", (count) => {
    for (const box of [phone, desktop]) {
      const { width, height } = packTiles(count, box, gap);
      expect((count * width * height) / (box.width * box.height)).toBeGreaterThan(0.5);
    }
  });

  it.each([1, 2, 3, 5])("with shared screens fill every row and the whole height: %i of them", (count) => {
    for (const box of [phone, desktop]) {
      const { columns } = packTiles(count, box, gap);
      const sizes = fillRows(count, box, gap);
      const rows = Array.from({ length: Math.ceil(count / columns) }, (_, row) =>
        sizes.slice(row * columns, (row + 1) * columns),
      );
      const total = (lengths: number[]) => lengths.reduce((sum, length) => sum + length, gap * (lengths.length - 1));
      for (const row of rows) expect(Math.round(box.width - total(row.map(({ width }) => width)))).toBeLessThan(gap);
      expect(box.height - total(rows.map(([first]) => first?.height ?? 0))).toBeLessThan(rows.length);
    }
  });

  it("form two rows of two on a phone and on a desktop", () => {
    expect(packTiles(4, phone, gap).columns).toBe(2);
    expect(packTiles(4, desktop, gap).columns).toBe(2);
  });

  it("have size 0 in a stage of size 0", () => {
    expect(packTiles(3, { width: 0, height: 0 }, gap)).toMatchObject({ width: 0, height: 0 });
  });
});
