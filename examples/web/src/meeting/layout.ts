export interface CellSize {
  readonly width: number;
  readonly height: number;
}

export interface TileSize extends CellSize {
  readonly columns: number;
}

/**
 * Limits of a tile's width to its height. Only a portrait screen allows a narrow tile: elsewhere it would crop faces
 * for nothing.
 */
const maxRatio = 16 / 9;
const minRatio = { portrait: 9 / 16, landscape: 1 };

/** The size at which `count` equal tiles cover most of a box. Lengths in CSS pixels. */
export function packTiles(count: number, box: CellSize, gap: number): TileSize {
  const narrowest = box.height > box.width ? minRatio.portrait : minRatio.landscape;
  let best: TileSize = { columns: 1, width: 0, height: 0 };
  for (let columns = 1; columns <= count; columns += 1) {
    const rows = Math.ceil(count / columns);
    const cellWidth = Math.max(0, (box.width - gap * (columns - 1)) / columns);
    const cellHeight = Math.max(0, (box.height - gap * (rows - 1)) / rows);
    const width = Math.floor(Math.min(cellWidth, cellHeight * maxRatio));
    const height = Math.floor(Math.min(cellHeight, cellWidth / narrowest));
    if (width * height > best.width * best.height) best = { columns, width, height };
  }
  return best;
}

/** The sizes of `count` cells, in rows that fill a box: those of a last row that is not full are wider. */
export function fillRows(count: number, box: CellSize, gap: number): CellSize[] {
  const { columns } = packTiles(count, box, gap);
  const rows = Math.ceil(count / columns);
  const height = Math.max(0, Math.floor((box.height - gap * (rows - 1)) / rows));
  return Array.from({ length: count }, (_, at) => {
    const inRow = Math.min(columns, count - Math.floor(at / columns) * columns);
    return { width: Math.max(0, Math.floor((box.width - gap * (inRow - 1)) / inRow)), height };
  });
}
