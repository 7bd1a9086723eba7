// Typed values as EIP-712 hashes them. Twin of the first half of ledger_api/rules/requests.py.
//
// A type is its EIP-712 string, `Outer(uint8 a,Inner[] b)Inner(bytes32 c)`: the tables hold nothing else.

import { type Bytes, bytesOf, hexOf, joined, textBytes, word } from "./bytes";
import { keccak, keccakText } from "./keccak";

export interface Member {
  type: string;
  name: string;
}

/** A struct with those that it refers to. */
export interface Type {
  name: string;
  structs: Map<string, Member[]>;
}

/** What a value is once it is read: never a string, so that nothing is hashed in two ways. */
export type Value = bigint | boolean | Bytes | Value[] | { [name: string]: Value };
export type Struct = { [name: string]: Value };

/** A value that does not fit its type. */
export class InvalidField extends Error {
  constructor(
    readonly field: string,
    problem: string,
  ) {
    super(`${field}: ${problem}`);
    this.name = "InvalidField";
  }
}

export function typeOf(text: string): Type {
  const structs = new Map<string, Member[]>();
  for (const [, name = "", members = ""] of text.matchAll(/(\w+)\(([^)]*)\)/g)) {
    structs.set(name, members ? members.split(",").map(memberOf) : []);
  }
  return { name: structs.keys().next().value ?? "", structs };
}

function memberOf(text: string): Member {
  const [type = "", name = ""] = text.split(" ");
  return { type, name };
}

export function membersOf(type: Type, name = type.name): Member[] {
  const members = type.structs.get(name);
  if (!members) throw new InvalidField(name, "is no known type");
  return members;
}

/** The type of a list's items, null for what is no list. */
export function itemType(kind: string): string | null {
  return kind.endsWith("[]") ? kind.slice(0, -2) : null;
}

// --- Reading values

const BITS = /^uint(\d+)$/;
const LENGTH = /^bytes(\d+)$/;

/** The length of bytes of this type, null for any length. */
export function byteLength(kind: string): number | null {
  return kind === "address" ? 20 : kind === "bytes" ? null : Number(LENGTH.exec(kind)?.[1] ?? NaN);
}

/** A JSON object with exactly the fields of a struct; throws InvalidField. */
export function readStruct(type: Type, name: string, value: unknown, field = ""): Struct {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new InvalidField(field || "request", "must be an object");
  }
  const given = value as Record<string, unknown>;
  const members = membersOf(type, name);
  const prefix = field && `${field}.`;
  for (const key of Object.keys(given)) {
    if (!members.some((member) => member.name === key)) throw new InvalidField(prefix + key, "is not a field here");
  }
  const read: Struct = {};
  for (const member of members) {
    if (!(member.name in given)) throw new InvalidField(prefix + member.name, "is missing");
    read[member.name] = readValue(type, member.type, given[member.name], prefix + member.name);
  }
  return read;
}

/** A JSON value of a type; throws InvalidField. */
export function readValue(type: Type, kind: string, value: unknown, field: string): Value {
  const inner = itemType(kind);
  if (inner) {
    if (!Array.isArray(value)) throw new InvalidField(field, "must be a list");
    return value.map((item, i) => readValue(type, inner, item, `${field}[${i}]`));
  }
  if (type.structs.has(kind)) return readStruct(type, kind, value, field);
  const bits = BITS.exec(kind);
  if (bits) return readNumber(value, BigInt(bits[1] ?? 0), field);
  if (kind === "bool") {
    if (typeof value !== "boolean") throw new InvalidField(field, "must be true or false");
    return value;
  }
  return readBytes(kind, value, field);
}

function readNumber(value: unknown, bits: bigint, field: string): bigint {
  let read: bigint;
  if (typeof value === "bigint") read = value;
  else if (typeof value === "number" && Number.isSafeInteger(value)) read = BigInt(value);
  else if (typeof value === "string" && /^\d{1,78}$/.test(value)) read = BigInt(value);
  else throw new InvalidField(field, "must be a whole number");
  if (read < 0n || read >> bits) throw new InvalidField(field, `must be from 0 to 2^${bits} - 1`);
  return read;
}

function readBytes(kind: string, value: unknown, field: string): Bytes {
  const length = byteLength(kind);
  let read: Bytes;
  // Currencies and countries may be given as their letters.
  const letters = kind === "bytes2" || kind === "bytes3";
  if (letters && typeof value === "string" && value.length === length) read = textBytes(value);
  else if (value instanceof Uint8Array) read = new Uint8Array(value);
  else {
    try {
      read = bytesOf(value);
    } catch {
      throw new InvalidField(field, "must be hexadecimal and begin with 0x");
    }
  }
  if (length !== null && read.length !== length) throw new InvalidField(field, `must be ${length} bytes`);
  return read;
}

// --- Values as JSON

export type Json = string | number | boolean | Json[] | { [name: string]: Json };

/** Values as the API writes them: bytes as hex, numbers above 2^53 as decimal strings. */
export function jsonOf(value: Value): Json {
  if (value instanceof Uint8Array) return hexOf(value);
  if (typeof value === "bigint") return value > 1n << 53n ? value.toString() : Number(value);
  if (Array.isArray(value)) return value.map(jsonOf);
  if (typeof value === "object") {
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, jsonOf(item)]));
  }
  return value;
}

// --- Hashing

/** EIP-712 encodeType: the struct, then those it refers to, in alphabetical order. */
export function encodeType(type: Type, name = type.name): string {
  const found = new Set<string>();
  const refer = (struct: string) => {
    for (const member of membersOf(type, struct)) {
      const kind = member.type.replaceAll("[]", "");
      if (type.structs.has(kind) && !found.has(kind)) {
        found.add(kind);
        refer(kind);
      }
    }
  };
  refer(name);
  found.delete(name);
  return [name, ...[...found].sort()]
    .map((struct) => `${struct}(${membersOf(type, struct).map((m) => `${m.type} ${m.name}`).join(",")})`)
    .join("");
}

/** EIP-712 hashStruct. */
export function structHash(type: Type, name: string, value: Struct): Bytes {
  const members = membersOf(type, name).map((member) => encoded(type, member.type, value[member.name] as Value));
  return keccak(keccakText(encodeType(type, name)), ...members);
}

function encoded(type: Type, kind: string, value: Value): Bytes {
  const inner = itemType(kind);
  if (inner) return keccak(...(value as Value[]).map((item) => encoded(type, inner, item)));
  if (type.structs.has(kind)) return structHash(type, kind, value as Struct);
  if (kind === "bytes") return keccak(value as Bytes);
  if (kind === "address") return word(value as Bytes);
  if (value instanceof Uint8Array) return joined(value, new Uint8Array(32 - value.length));
  return word(BigInt(value as bigint | boolean));
}

const DOMAIN = "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)";

/** The domain of one deployed contract; its name is the contract's, its version 1. */
export function domainSeparator(contract: string, chainId: bigint | number, address: Uint8Array): Bytes {
  return keccak(keccakText(DOMAIN), keccakText(contract), keccakText("1"), word(chainId), word(address));
}

/** EIP-712 digest: what is signed. */
export function typedDigest(separator: Bytes, hashed: Bytes): Bytes {
  return keccak(new Uint8Array([0x19, 0x01]), separator, hashed);
}
