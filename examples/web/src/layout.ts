export interface TileSize {
  readonly columns: number;
  readonly width: number;
  readonly height: number;
}

/** A tile is never wider than a camera's picture. On an upright screen it may be as narrow as a phone's; elsewhere that would crop faces for nothing. */
const widest = 16 / 9;
const narrowest = { upright: 9 / 16, lying: 1 };

/** The size at which `count` tiles of one size cover most of a box. Lengths in CSS pixels. */
export function packTiles(count: number, box: { width: number; height: number }, gap: number): TileSize {
  const least = box.height > box.width ? narrowest.upright : narrowest.lying;
  let best: TileSize = { columns: 1, width: 0, height: 0 };
  for (let columns = 1; columns <= count; columns += 1) {
    const rows = Math.ceil(count / columns);
    const cellWidth = Math.max(0, (box.width - gap * (columns - 1)) / columns);
    const cellHeight = Math.max(0, (box.height - gap * (rows - 1)) / rows);
    const width = Math.floor(Math.min(cellWidth, cellHeight * widest));
    const height = Math.floor(Math.min(cellHeight, cellWidth / least));
    if (width * height > best.width * best.height) best = { columns, width, height };
  }
  return best;
}
