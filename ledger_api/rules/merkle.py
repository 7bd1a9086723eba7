"""The Merkle tree over a batch of checkpoints. Twin of contracts/libraries/MerkleRoot.sol."""

from ledger_api.rules.hashing import keccak


def _pair(left: bytes, right: bytes) -> bytes:
    return keccak(left + right if left < right else right + left)


def _next_row(row: list[bytes]) -> list[bytes]:
    """Pairs hashed in sorted order; the last of an odd row rises unhashed."""
    paired = [_pair(row[i], row[i + 1]) for i in range(0, len(row) - 1, 2)]
    return paired + row[len(row) - 1 :] if len(row) % 2 else paired


def root(leaves: list[bytes]) -> bytes:
    """Root over at least one leaf."""
    row = leaves
    while len(row) > 1:
        row = _next_row(row)
    return row[0]


def path(leaves: list[bytes], position: int) -> list[bytes]:
    """Siblings from the leaf at `position` up to the root."""
    siblings, row = [], leaves
    while len(row) > 1:
        sibling = position ^ 1
        if sibling < len(row):
            siblings.append(row[sibling])
        row, position = _next_row(row), position // 2
    return siblings


def root_of_path(leaf: bytes, siblings: list[bytes]) -> bytes:
    """The root that a path leads to."""
    for sibling in siblings:
        leaf = _pair(leaf, sibling)
    return leaf
