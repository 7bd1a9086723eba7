"""The Merkle tree over a batch of checkpoints. Twin of contracts/libraries/MerkleRoot.sol."""

from ledger_api.rules.hashing import keccak


def _pair(left: bytes, right: bytes) -> bytes:
    return keccak(left + right if left < right else right + left)


def _next_row(row: list[bytes]) -> list[bytes]:
    """Pairs hashed in sorted order; the last of an odd row rises unhashed."""
    paired = [_pair(row[i], row[i + 1]) for i in range(0, len(row) - 1, 2)]
    return paired + row[len(row) - 1 :] if len(row) % 2 else paired


def _rows(leaves: list[bytes]) -> list[list[bytes]]:
    """From the leaves up to the root."""
    rows = [leaves]
    while len(rows[-1]) > 1:
        rows.append(_next_row(rows[-1]))
    return rows


def root(leaves: list[bytes]) -> bytes:
    """Root over at least one leaf."""
    return _rows(leaves)[-1][0]


def path(leaves: list[bytes], position: int) -> list[bytes]:
    """Siblings from the leaf at `position` up to the root."""
    return _path(_rows(leaves), position)


def paths(leaves: list[bytes]) -> list[list[bytes]]:
    """The path of every leaf, in order."""
    rows = _rows(leaves)
    return [_path(rows, position) for position in range(len(leaves))]


def _path(rows: list[list[bytes]], position: int) -> list[bytes]:
    siblings = []
    for row in rows:
        # The last of an odd row has no sibling, nor has the root.
        if position ^ 1 < len(row):
            siblings.append(row[position ^ 1])
        position //= 2
    return siblings


def root_of_path(leaf: bytes, siblings: list[bytes]) -> bytes:
    """The root that a path leads to."""
    for sibling in siblings:
        leaf = _pair(leaf, sibling)
    return leaf
