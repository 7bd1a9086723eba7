"""Whether the code at an address is the contract that this package ships."""

from ledger_api import artefacts
from ledger_api.rules.hashing import bytes_of, keccak, word
from ledger_api.rules.requests import domain_separator


def known_words(name: str, chain_id: int, addresses: dict[str, bytes], threshold: int) -> set[bytes]:
    """What a constructor of ours can have written into code: addresses, the EIP-712 domain, the council's threshold."""
    here = addresses[name]
    words = {word(address) for address in addresses.values()}
    domain = artefacts.PARTS.get(name, name)
    words |= {word(chain_id), word(threshold), domain_separator(domain, chain_id, here)}
    for text in (domain.encode(), b"1"):
        words |= {keccak(text), text.ljust(31, b"\0") + bytes([len(text)])}
    return words


def is_shipped(name: str, code: bytes, words: set[bytes]) -> bool:
    """Compares all but the immutables with the artefact; the immutables must be known words."""
    artefact = artefacts.load(name)
    expected = bytearray(bytes_of(artefact["deployed_bytecode"]))
    if len(code) != len(expected):
        return False
    for places in artefact["immutable_references"].values():
        for place in places:
            start, end = place["start"], place["start"] + place["length"]
            if code[start:end] not in words:
                return False
            expected[start:end] = code[start:end]
    return bytes(expected) == code
