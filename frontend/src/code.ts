// Whether the code at an address is the contract that this site ships. Twin of ledger_api/verify/code.py.

import { type Bytes, bytesOf, hexOf, joined, textBytes, word } from "./bytes";
import { keccak, keccakText } from "./keccak";
import { type Chain, domainSeparator } from "./requests";
import table from "./tables/code.json";

const WORD = 32;
// Parts of a contract run on its storage, under its name: that is the domain.
type Row = [length: number, hash: string, places: number[], domain: string];

/** Compares all but what constructors wrote with the table; that must be words of theirs. */
export function isShippedCode(name: string, code: Bytes, chain: Chain, threshold: number): boolean {
  const row = (table as unknown as Record<string, Row>)[name];
  if (!row) return false;
  const [length, hash, places, domain] = row;
  if (code.length !== length) return false;
  const known = knownWords(domain, bytesOf(chain.contracts[name]), chain, threshold);
  const plain = code.slice();
  for (const start of places) {
    if (!known.has(hexOf(code.slice(start, start + WORD)))) return false;
    plain.fill(0, start, start + WORD);
  }
  return hexOf(keccak(plain)) === hash;
}

/** What a constructor of ours can have written: addresses, the EIP-712 domain, the council's threshold. */
function knownWords(domain: string, here: Bytes, chain: Chain, threshold: number): Set<string> {
  const words = Object.values(chain.contracts).map((address) => word(bytesOf(address)));
  words.push(word(chain.chain_id), word(threshold), domainSeparator(domain, chain.chain_id, here));
  for (const text of [domain, "1"]) words.push(keccakText(text), shortString(text));
  return new Set(words.map(hexOf));
}

/** As OpenZeppelin keeps a short text in one word. */
function shortString(text: string): Bytes {
  const data = textBytes(text);
  return joined(data, new Uint8Array(WORD - 1 - data.length), new Uint8Array([data.length]));
}
