// Values of an event's data, by the contracts' ABI.

import { type Bytes, isZero, numberOf } from "./bytes";
import { byteLength, itemType, type Member, membersOf, type Struct, type Type, type Value } from "./typed";

const WORD = 32;
const LIST_LIMIT = 1_000;

/** Named values of these members. Throws RangeError for what is no such encoding. */
export function decoded(type: Type, members: Member[], data: Bytes): Struct {
  const read: Struct = {};
  let at = 0;
  for (const { name, type: kind } of members) {
    if (isDynamic(type, kind)) read[name] = valueAt(type, kind, data.subarray(offset(data, at)) as Bytes);
    else read[name] = valueAt(type, kind, data.subarray(at) as Bytes);
    at += isDynamic(type, kind) ? WORD : sizeOf(type, kind);
  }
  return read;
}

/** Name and types of an event, whose hash is its topic: structs become tuples. */
export function signatureOf(type: Type): string {
  return type.name + tupleOf(type, type.name);
}

function tupleOf(type: Type, name: string): string {
  return `(${membersOf(type, name).map((member) => canonical(type, member.type)).join(",")})`;
}

function canonical(type: Type, kind: string): string {
  const inner = itemType(kind);
  if (inner) return `${canonical(type, inner)}[]`;
  return type.structs.has(kind) ? tupleOf(type, kind) : kind;
}

function isDynamic(type: Type, kind: string): boolean {
  if (itemType(kind) || kind === "bytes") return true;
  return type.structs.has(kind) && membersOf(type, kind).some((member) => isDynamic(type, member.type));
}

/** Bytes that a value of fixed size takes. */
function sizeOf(type: Type, kind: string): number {
  if (!type.structs.has(kind)) return WORD;
  return membersOf(type, kind).reduce((sum, member) => sum + sizeOf(type, member.type), 0);
}

function wordAt(data: Bytes, at: number): Bytes {
  if (at + WORD > data.length) throw new RangeError("the data ends too early");
  return data.slice(at, at + WORD);
}

function offset(data: Bytes, at: number): number {
  const read = numberOf(wordAt(data, at));
  if (read > BigInt(data.length)) throw new RangeError("an offset leads out of the data");
  return Number(read);
}

function valueAt(type: Type, kind: string, data: Bytes): Value {
  const inner = itemType(kind);
  if (inner) return listAt(type, inner, data);
  if (type.structs.has(kind)) return decoded(type, membersOf(type, kind), data);
  if (kind === "bytes") return bytesAt(data);
  const word = wordAt(data, 0);
  const length = byteLength(kind);
  if (kind === "address") return word.slice(12);
  if (length) {
    if (!isZero(word.slice(length))) throw new RangeError("short bytes are followed by more");
    return word.slice(0, length);
  }
  const number = numberOf(word);
  if (kind !== "bool") return number;
  if (number > 1n) throw new RangeError("a truth value is neither 0 nor 1");
  return number === 1n;
}

function listAt(type: Type, kind: string, data: Bytes): Value[] {
  const count = offset(data, 0);
  if (count > LIST_LIMIT) throw new RangeError("a list is too long");
  const items = Array.from({ length: count }, (_, i) => ({ name: String(i), type: kind }));
  return Object.values(decoded(type, items, data.subarray(WORD) as Bytes));
}

function bytesAt(data: Bytes): Bytes {
  const length = offset(data, 0);
  if (WORD + length > data.length) throw new RangeError("the data ends too early");
  return data.slice(WORD, WORD + length);
}
