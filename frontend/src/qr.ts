// QR codes (ISO/IEC 18004) of text in bytes, correction level M, up to version 20: enough for a link.

const VERSIONS = 20;
// By version: bytes of correction in each block, and how many blocks there are.
const CORRECTION = [0, 10, 16, 26, 18, 24, 16, 18, 22, 22, 26, 30, 22, 22, 24, 24, 28, 28, 26, 26, 26];
const BLOCKS = [0, 1, 1, 1, 2, 2, 4, 4, 4, 5, 5, 5, 8, 9, 9, 10, 10, 11, 13, 14, 16];
const LEVEL_M = 0;

type Grid = boolean[][];

/** The rows of a code, true is dark, without a quiet zone. Throws RangeError for what is too long. */
export function squares(text: string): Grid {
  const data = new TextEncoder().encode(text);
  const version = versionFor(data.length);
  const stream = interleaved(codewords(data, version), version);
  let best: Grid | null = null;
  let least = Infinity;
  for (let mask = 0; mask < 8; mask++) {
    const grid = drawn(stream, version, mask);
    const points = penalty(grid);
    if (points < least) [best, least] = [grid, points];
  }
  return best as Grid;
}

// --- Bytes

function rawBytes(version: number): number {
  let bits = (16 * version + 128) * version + 64;
  if (version >= 2) {
    const count = Math.floor(version / 7) + 2;
    bits -= (25 * count - 10) * count - 55;
    if (version >= 7) bits -= 36;
  }
  return bits >> 3;
}

function dataBytes(version: number): number {
  return rawBytes(version) - (CORRECTION[version] as number) * (BLOCKS[version] as number);
}

function lengthBits(version: number): number {
  return version < 10 ? 8 : 16;
}

function versionFor(length: number): number {
  for (let version = 1; version <= VERSIONS; version++) {
    if (4 + lengthBits(version) + 8 * length <= 8 * dataBytes(version)) return version;
  }
  throw new RangeError("too long for a code");
}

function codewords(data: Uint8Array, version: number): number[] {
  const bits: number[] = [];
  const add = (value: number, count: number) => {
    for (let i = count - 1; i >= 0; i--) bits.push((value >> i) & 1);
  };
  add(4, 4); // bytes
  add(data.length, lengthBits(version));
  for (const byte of data) add(byte, 8);
  const room = 8 * dataBytes(version);
  add(0, Math.min(4, room - bits.length));
  add(0, (8 - (bits.length % 8)) % 8);
  for (let pad = 0xec; bits.length < room; pad ^= 0xec ^ 0x11) add(pad, 8);
  const found: number[] = [];
  for (let i = 0; i < bits.length; i += 8) found.push(parseInt(bits.slice(i, i + 8).join(""), 2));
  return found;
}

/** Multiplies in GF(2^8) with the code's polynomial. */
function times(x: number, y: number): number {
  let z = 0;
  for (let i = 7; i >= 0; i--) {
    z = (z << 1) ^ ((z >> 7) * 0x11d);
    z ^= ((y >> i) & 1) * x;
  }
  return z;
}

function divisor(degree: number): number[] {
  const found = new Array<number>(degree).fill(0);
  found[degree - 1] = 1;
  let root = 1;
  for (let i = 0; i < degree; i++) {
    for (let j = 0; j < degree; j++) {
      found[j] = times(found[j] as number, root) ^ (j + 1 < degree ? (found[j + 1] as number) : 0);
    }
    root = times(root, 2);
  }
  return found;
}

function remainder(data: number[], by: number[]): number[] {
  const found = new Array<number>(by.length).fill(0);
  for (const byte of data) {
    const factor = byte ^ (found.shift() as number);
    found.push(0);
    by.forEach((value, i) => (found[i] = (found[i] as number) ^ times(value, factor)));
  }
  return found;
}

function interleaved(data: number[], version: number): number[] {
  const count = BLOCKS[version] as number;
  const correction = CORRECTION[version] as number;
  const raw = rawBytes(version);
  const short = count - (raw % count); // blocks that are one byte shorter
  const size = Math.floor(raw / count) - correction;
  const by = divisor(correction);
  const blocks: number[][] = [];
  const checks: number[][] = [];
  for (let i = 0, at = 0; i < count; i++) {
    const block = data.slice(at, at + size + (i < short ? 0 : 1));
    at += block.length;
    blocks.push(block);
    checks.push(remainder(block, by));
  }
  const found: number[] = [];
  for (let i = 0; i <= size; i++) for (const block of blocks) if (i < block.length) found.push(block[i] as number);
  for (let i = 0; i < correction; i++) for (const check of checks) found.push(check[i] as number);
  return found;
}

// --- Squares

function drawn(stream: number[], version: number, mask: number): Grid {
  const side = 17 + 4 * version;
  const grid: Grid = Array.from({ length: side }, () => new Array<boolean>(side).fill(false));
  const fixed: Grid = Array.from({ length: side }, () => new Array<boolean>(side).fill(false));
  const set = (x: number, y: number, dark: boolean) => {
    const [row, taken] = [grid[y], fixed[y]];
    if (!row || !taken || x < 0 || x >= side) return;
    row[x] = dark;
    taken[x] = true;
  };
  for (let i = 0; i < side; i++) {
    set(6, i, i % 2 === 0);
    set(i, 6, i % 2 === 0);
  }
  for (const [x, y] of [[3, 3], [side - 4, 3], [3, side - 4]] as const) finder(set, x, y);
  alignments(version, side).forEach(([x, y]) => {
    for (let dy = -2; dy <= 2; dy++) for (let dx = -2; dx <= 2; dx++) set(x + dx, y + dy, Math.max(Math.abs(dx), Math.abs(dy)) !== 1);
  });
  formatBits(set, side, mask);
  versionBits(set, side, version);
  fill(grid, fixed, stream, side, mask);
  return grid;
}

type Setter = (x: number, y: number, dark: boolean) => void;

function finder(set: Setter, x: number, y: number): void {
  for (let dy = -4; dy <= 4; dy++) {
    for (let dx = -4; dx <= 4; dx++) {
      const distance = Math.max(Math.abs(dx), Math.abs(dy));
      set(x + dx, y + dy, distance !== 2 && distance !== 4);
    }
  }
}

function alignments(version: number, side: number): [number, number][] {
  if (version === 1) return [];
  const count = Math.floor(version / 7) + 2;
  const step = Math.ceil((version * 4 + 4) / (count * 2 - 2)) * 2;
  const places = [6];
  for (let at = side - 7; places.length < count; at -= step) places.splice(1, 0, at);
  const last = count - 1;
  const found: [number, number][] = [];
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < count; j++) {
      const corner = (i === 0 && j === 0) || (i === 0 && j === last) || (i === last && j === 0);
      if (!corner) found.push([places[i] as number, places[j] as number]);
    }
  }
  return found;
}

function formatBits(set: Setter, side: number, mask: number): void {
  const data = (LEVEL_M << 3) | mask;
  let rest = data;
  for (let i = 0; i < 10; i++) rest = (rest << 1) ^ ((rest >> 9) * 0x537);
  const bits = ((data << 10) | rest) ^ 0x5412;
  const bit = (i: number) => ((bits >> i) & 1) === 1;
  for (let i = 0; i <= 5; i++) set(8, i, bit(i));
  set(8, 7, bit(6));
  set(8, 8, bit(7));
  set(7, 8, bit(8));
  for (let i = 9; i < 15; i++) set(14 - i, 8, bit(i));
  for (let i = 0; i < 8; i++) set(side - 1 - i, 8, bit(i));
  for (let i = 8; i < 15; i++) set(8, side - 15 + i, bit(i));
  set(8, side - 8, true);
}

function versionBits(set: Setter, side: number, version: number): void {
  if (version < 7) return;
  let rest = version;
  for (let i = 0; i < 12; i++) rest = (rest << 1) ^ ((rest >> 11) * 0x1f25);
  const bits = (version << 12) | rest;
  for (let i = 0; i < 18; i++) {
    const dark = ((bits >> i) & 1) === 1;
    const a = side - 11 + (i % 3);
    const b = Math.floor(i / 3);
    set(a, b, dark);
    set(b, a, dark);
  }
}

const MASKS: ((x: number, y: number) => boolean)[] = [
  (x, y) => (x + y) % 2 === 0,
  (_x, y) => y % 2 === 0,
  (x) => x % 3 === 0,
  (x, y) => (x + y) % 3 === 0,
  (x, y) => (Math.floor(x / 3) + Math.floor(y / 2)) % 2 === 0,
  (x, y) => ((x * y) % 2) + ((x * y) % 3) === 0,
  (x, y) => (((x * y) % 2) + ((x * y) % 3)) % 2 === 0,
  (x, y) => (((x + y) % 2) + ((x * y) % 3)) % 2 === 0,
];

function fill(grid: Grid, fixed: Grid, stream: number[], side: number, mask: number): void {
  const masked = MASKS[mask] as (x: number, y: number) => boolean;
  let at = 0;
  for (let right = side - 1; right >= 1; right -= 2) {
    if (right === 6) right = 5;
    for (let step = 0; step < side; step++) {
      for (let j = 0; j < 2; j++) {
        const x = right - j;
        const y = ((right + 1) & 2) === 0 ? side - 1 - step : step;
        const [row, taken] = [grid[y] as boolean[], fixed[y] as boolean[]];
        if (taken[x]) continue;
        const dark = at < stream.length * 8 && (((stream[at >> 3] as number) >> (7 - (at & 7))) & 1) === 1;
        at += 1;
        row[x] = dark !== masked(x, y);
      }
    }
  }
}

/** How hard a code is to read: long runs, blocks, what looks like a finder, uneven darkness. */
function penalty(grid: Grid): number {
  const side = grid.length;
  const columns = grid.map((_row, x) => grid.map((row) => row[x] as boolean));
  let points = 0;
  for (const line of [...grid, ...columns]) {
    const text = line.map((dark) => (dark ? "1" : "0")).join("");
    for (const run of text.match(/0{5,}|1{5,}/g) ?? []) points += run.length - 2;
    for (const like of ["10111010000", "00001011101"]) {
      for (let at = text.indexOf(like); at >= 0; at = text.indexOf(like, at + 1)) points += 40;
    }
  }
  for (let y = 1; y < side; y++) {
    for (let x = 1; x < side; x++) {
      const dark = grid[y]?.[x];
      if (grid[y - 1]?.[x] === dark && grid[y]?.[x - 1] === dark && grid[y - 1]?.[x - 1] === dark) points += 3;
    }
  }
  const share = grid.flat().filter(Boolean).length / (side * side);
  return points + Math.floor(Math.abs(share * 20 - 10)) * 10;
}

// --- Drawing

const QUIET = 4;

/** Fills a drawing that has one path: dark squares with their quiet zone; its ground is white by its style. */
export function draw(svg: SVGSVGElement, text: string): void {
  const grid = squares(text);
  const side = grid.length + 2 * QUIET;
  svg.setAttribute("viewBox", `0 0 ${side} ${side}`);
  const cells = grid.flatMap((row, y) => row.flatMap((dark, x) => (dark ? [`M${x + QUIET} ${y + QUIET}h1v1h-1z`] : [])));
  svg.querySelector("path")?.setAttribute("d", cells.join(""));
}
