// Whether the code at an address is the contract that this site ships. Twin of ledger_api/verify/code.py.

import { type Bytes, bytesOf, hexOf, joined, textBytes, word } from "./bytes";
import { keccak, keccakText } from "./keccak";
import { type Chain, domainSeparator } from "./requests";
import table from "./tables/code.json";

const WORD = 32;

/** Compares all but what constructors wrote with the table; that must be words of theirs. */
export function isShippedCode(name: string, code: Bytes, chain: Chain, threshold: number): boolean {
  const row = (table as unknown as Record<string, [number, string, number[]]>)[name];
  if (!row || code.length !== row[0]) return false;
  const known = knownWords(name, chain, threshold);
  const plain = code.slice();
  for (const start of row[2]) {
    if (!known.has(hexOf(code.slice(start, start + WORD)))) return false;
    plain.fill(0, start, start + WORD);
  }
  return hexOf(keccak(plain)) === row[1];
}

/** Addresses, the EIP-712 domain of a contract or of the one whose part it is, the council's threshold. */
function knownWords(name: string, chain: Chain, threshold: number): Set<string> {
  const here = bytesOf(chain.contracts[name]);
  const words = [...Object.values(chain.contracts).map((address) => word(bytesOf(address)))];
  words.push(word(chain.chain_id), word(threshold));
  const domain = DOMAIN_OF[name] ?? name;
  words.push(domainSeparator(domain, chain.chain_id, here));
  for (const text of [domain, "1"]) words.push(keccakText(text), shortString(text));
  return new Set(words.map(hexOf));
}

// Parts run on the storage of their contract, under its name.
const DOMAIN_OF: Record<string, string> = {
  ReturnRequests: "ReturnLedger",
  ReturnGoods: "ReturnLedger",
  ReturnSettlement: "ReturnLedger",
  ReturnDisputes: "ReturnLedger",
  DisputeRulings: "DisputeDesk",
};

/** As OpenZeppelin keeps a short text in one word. */
function shortString(text: string): Bytes {
  const data = textBytes(text);
  return joined(data, new Uint8Array(WORD - 1 - data.length), new Uint8Array([data.length]));
}
