// The Merkle tree over a batch of checkpoints. Twin of contracts/libraries/MerkleRoot.sol.

import { type Bytes, hexOf } from "./bytes";
import { keccak } from "./keccak";

function pair(one: Bytes, other: Bytes): Bytes {
  return hexOf(one) < hexOf(other) ? keccak(one, other) : keccak(other, one);
}

/** Root over at least one leaf; the last of an odd row rises unhashed. */
export function merkleRoot(leaves: Bytes[]): Bytes {
  let row = leaves;
  while (row.length > 1) {
    const next: Bytes[] = [];
    for (let i = 0; i < row.length; i += 2) {
      const [one, other] = row.slice(i, i + 2);
      next.push(other ? pair(one as Bytes, other) : (one as Bytes));
    }
    row = next;
  }
  if (!row[0]) throw new RangeError("a batch has at least one checkpoint");
  return row[0];
}

/** The root that a leaf's path leads to. */
export function rootOfPath(leaf: Bytes, siblings: Bytes[]): Bytes {
  return siblings.reduce(pair, leaf);
}
