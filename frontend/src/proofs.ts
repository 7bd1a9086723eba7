// Merkle-Patricia proofs of eth_getProof against a block's state root. Twin of ledger_api/verify/proofs.py.

import { type Bytes, bytesOf, equal, hexOf, joined, numberOf } from "./bytes";
import { keccak } from "./keccak";
import { type Item, rlpItem, rlpTexts } from "./rlp";

const EMPTY_TRIE = "0x56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421"; // keccak256 of an empty text
const STATE_ROOT = 3;
const NUMBER = 8;
const TIMESTAMP = 11;

/** A proof does not lead to what it should prove. */
export class ProofFailed extends Error {
  override name = "ProofFailed";
}

export interface Header {
  hash: string;
  stateRoot: Bytes;
  number: number;
  timestamp: number;
}

/** What an RLP header says; its hash is the block's. */
export function readHeader(header: Bytes): Header {
  const fields = attempt(() => rlpTexts(header));
  const [stateRoot, number, timestamp] = [STATE_ROOT, NUMBER, TIMESTAMP].map((place) => fields[place]);
  if (stateRoot?.length !== 32 || !number || !timestamp) throw new ProofFailed("the header lacks fields");
  const read = { number: Number(numberOf(number)), timestamp: Number(numberOf(timestamp)) };
  return { hash: hexOf(keccak(header)), stateRoot, ...read };
}

/** Storage root and code hash of a contract. */
export function provenAccount(stateRoot: Bytes, address: Bytes, proof: string[]): { storageRoot: Bytes; codeHash: Bytes } {
  const value = provenValue(stateRoot, address, proof);
  if (!value) throw new ProofFailed("there is no contract at that address");
  const [, , storageRoot, codeHash] = attempt(() => rlpTexts(value));
  if (storageRoot?.length !== 32 || codeHash?.length !== 32) throw new ProofFailed("the account lacks fields");
  return { storageRoot, codeHash };
}

/** The 32 bytes of a storage slot; zeros if it was never written. */
export function provenWord(storageRoot: Bytes, slot: Bytes, proof: string[]): Bytes {
  const value = provenValue(storageRoot, slot, proof);
  const text = value ? attempt(() => rlpItem(value)) : new Uint8Array(0);
  if (Array.isArray(text) || text.length > 32) throw new ProofFailed("the slot holds no word");
  return joined(new Uint8Array(32 - text.length), text);
}

/** What the trie of that root holds under a key; null if the proof shows that it holds nothing. */
function provenValue(root: Bytes, key: Bytes, proof: string[]): Bytes | null {
  const nodes = new Map(proof.map((text) => bytesOf(text)).map((node) => [hexOf(keccak(node)), node]));
  if (hexOf(root) === EMPTY_TRIE) return null;
  return walk(nodeOf(root, nodes), nibbles(keccak(key)), nodes);
}

function walk(node: Item[], path: number[], nodes: Map<string, Bytes>): Bytes | null {
  if (node.length === 17) {
    const next = path.length ? node[path[0] as number] : node[16];
    if (next === undefined || isEmpty(next)) return null;
    return path.length ? walk(nodeOf(next, nodes), path.slice(1), nodes) : textOf(next);
  }
  const [packed, next] = node;
  if (node.length !== 2 || packed === undefined || next === undefined) throw new ProofFailed("a node has no known form");
  const { leaf, part } = unpacked(textOf(packed));
  if (part.length > path.length || part.some((nibble, i) => nibble !== path[i])) return null;
  const rest = path.slice(part.length);
  if (!leaf) return walk(nodeOf(next, nodes), rest, nodes);
  return rest.length ? null : textOf(next);
}

/** A node by its hash, or in place where it is shorter than a hash. */
function nodeOf(reference: Item, nodes: Map<string, Bytes>): Item[] {
  if (Array.isArray(reference)) return reference;
  const found = nodes.get(hexOf(reference));
  if (!found) throw new ProofFailed("the proof lacks a node");
  const node = attempt(() => rlpItem(found));
  if (!Array.isArray(node)) throw new ProofFailed("a node is not a list");
  return node;
}

/** Hex-prefix encoding: the first nibble says whether it is a leaf, and whether the number of nibbles is odd. */
function unpacked(data: Bytes): { leaf: boolean; part: number[] } {
  const all = nibbles(data);
  const flag = all[0];
  if (flag === undefined || flag > 3 || (!(flag & 1) && all[1] !== 0)) throw new ProofFailed("a path has no known form");
  return { leaf: flag >= 2, part: all.slice(flag & 1 ? 1 : 2) };
}

function nibbles(data: Bytes): number[] {
  return Array.from(data).flatMap((byte) => [byte >> 4, byte & 15]);
}

function isEmpty(item: Item): boolean {
  return !Array.isArray(item) && equal(item, new Uint8Array(0));
}

function textOf(item: Item): Bytes {
  if (Array.isArray(item)) throw new ProofFailed("a node stands where a value should");
  return item;
}

function attempt<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new ProofFailed(error instanceof Error ? error.message : String(error));
  }
}
