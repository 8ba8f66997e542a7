import { describe, expect, it } from "vitest";
import { packTiles } from "../src/meeting/layout.js";

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

  it("form two rows of two on a phone and on a desktop", () => {
    expect(packTiles(4, phone, gap).columns).toBe(2);
    expect(packTiles(4, desktop, gap).columns).toBe(2);
  });

  it("have size 0 in a stage of size 0", () => {
    expect(packTiles(3, { width: 0, height: 0 }, gap)).toMatchObject({ width: 0, height: 0 });
  });
});
