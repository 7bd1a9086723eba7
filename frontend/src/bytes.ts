// Bytes, their hexadecimal form, and the 32-byte words that the chain hashes.

/** Bytes that own their memory, as WebCrypto wants them. */
export type Bytes = Uint8Array<ArrayBuffer>;

const HEX = /^0x(?:[0-9a-fA-F]{2})*$/;

/** 0x and lower-case digits. */
export function hexOf(data: Uint8Array): string {
  return "0x" + Array.from(data, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The bytes of 0x-prefixed hex; throws for anything else. */
export function bytesOf(text: unknown): Bytes {
  if (typeof text !== "string" || !HEX.test(text)) throw new TypeError("must be hexadecimal and begin with 0x");
  const data = new Uint8Array(text.length / 2 - 1);
  for (let i = 0; i < data.length; i++) data[i] = parseInt(text.slice(2 * i + 2, 2 * i + 4), 16);
  return data;
}

/** UTF-8. */
export function textBytes(text: string): Bytes {
  return new Uint8Array(new TextEncoder().encode(text));
}

export function joined(...parts: Uint8Array[]): Bytes {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

export function equal(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, i) => byte === other[i]);
}

export function isZero(data: Uint8Array): boolean {
  return data.every((byte) => byte === 0);
}

/** Big-endian. */
export function numberOf(data: Uint8Array): bigint {
  return data.length ? BigInt(hexOf(data)) : 0n;
}

/** One ABI word: a number or an address, right-aligned. */
export function word(value: bigint | number | Uint8Array): Bytes {
  const data = value instanceof Uint8Array ? value : bytesOf("0x" + BigInt(value).toString(16).padStart(64, "0"));
  if (data.length > 32) throw new RangeError("is longer than a word");
  return joined(new Uint8Array(32 - data.length), data);
}
