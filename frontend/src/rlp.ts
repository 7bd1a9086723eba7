// RLP, the form in which the chain writes headers, accounts and nodes of its tries. Only the canonical form is read.

import { type Bytes, numberOf } from "./bytes";

export type Item = Bytes | Item[];

class Reader {
  at = 0;
  constructor(readonly data: Bytes) {}

  take(length: number): Bytes {
    if (length > this.data.length - this.at) throw new RangeError("RLP ends too early");
    this.at += length;
    return this.data.slice(this.at - length, this.at);
  }

  /** A payload's length: in the first byte, or in the bytes that it counts. */
  length(first: number, base: number): number {
    if (first <= base + 55) return first - base;
    const written = this.take(first - base - 55);
    const length = Number(numberOf(written));
    if (written[0] === 0 || length <= 55 || !Number.isSafeInteger(length)) throw new RangeError("RLP length is not the shortest");
    return length;
  }

  item(): Item {
    const first = this.take(1)[0] as number;
    if (first < 0x80) return new Uint8Array([first]);
    if (first < 0xc0) {
      const text = this.take(this.length(first, 0x80));
      if (text.length === 1 && (text[0] as number) < 0x80) throw new RangeError("RLP byte is not the shortest");
      return text;
    }
    const length = this.length(first, 0xc0);
    const inside = new Reader(this.take(length));
    const items: Item[] = [];
    while (inside.at < length) items.push(inside.item());
    return items;
  }
}

/** The one item that these bytes are; throws RangeError. */
export function rlpItem(data: Bytes): Item {
  const reader = new Reader(data);
  const item = reader.item();
  if (reader.at !== data.length) throw new RangeError("RLP goes on after its end");
  return item;
}

/** The list of texts that these bytes are; throws RangeError. */
export function rlpTexts(data: Bytes): Bytes[] {
  const item = rlpItem(data);
  if (!Array.isArray(item) || item.some(Array.isArray)) throw new RangeError("RLP is not a list of texts");
  return item as Bytes[];
}
