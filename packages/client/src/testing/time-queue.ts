interface Entry<Item> {
  readonly item: Item;
  readonly order: number;
}

/** Items in order of their time; those of the same time in the order in which they were added. A binary heap. */
export class TimeQueue<Item extends { readonly at: number }> {
  readonly #heap: Entry<Item>[] = [];
  #added = 0;

  /** The item that `pop` would return. */
  get first(): Item | undefined {
    return this.#heap[0]?.item;
  }

  push(item: Item): void {
    const heap = this.#heap;
    const entry = { item, order: this.#added++ };
    let index = heap.push(entry) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = heap[parent];
      if (above === undefined || !isBefore(entry, above)) break;
      heap[index] = above;
      index = parent;
    }
    heap[index] = entry;
  }

  /** Removes the first item. */
  pop(): Item | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (last === undefined || first === last) return first?.item;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      const [left, right] = [heap[child], heap[child + 1]];
      if (left === undefined) break;
      const smaller = right !== undefined && isBefore(right, left) ? right : left;
      if (smaller !== left) child++;
      if (!isBefore(smaller, last)) break;
      heap[index] = smaller;
      index = child;
    }
    heap[index] = last;
    return first?.item;
  }
}

function isBefore(one: Entry<{ at: number }>, other: Entry<{ at: number }>): boolean {
  return one.item.at < other.item.at || (one.item.at === other.item.at && one.order < other.order);
}
