"""What the tests of documents and messages share: proofs by hand, a photo, people who keep and read."""

import io
import time

from PIL import Image

from ledger_api.rules import access_proofs
from ledger_api.rules.hashing import hex_of, keccak
from ledger_api.rules.signatures import Secp256k1Key
from tests.acting import KEY_OF, Sale

ARBITRATORS = range(5, 11)  # of the demo's consortium
CAMERA = "Camera of Zofia K"


def photo() -> bytes:
    """A photo with words in its metadata."""
    exif, out = Image.Exif(), io.BytesIO()
    exif[0x010E] = CAMERA
    Image.new("RGB", (60, 40), (200, 40, 40)).save(out, "JPEG", exif=exif)
    return out.getvalue()


def proof(key, digest: bytes, deadline: int, changed: dict) -> dict:
    """The header, with the fields changed."""
    fields = {"actor": hex_of(key.address), "deadline": deadline, "signature": hex_of(key.sign(digest))} | changed
    return {"Authorization": "Ledger " + ", ".join(f"{name}={value}" for name, value in fields.items())}


def to_read(world, rma: bytes, key, ahead_s: int = 60, **changed) -> dict:
    """Header that proves a reader's key."""
    deadline = int(time.time()) + ahead_s
    separator = world.client.separator(access_proofs.DOMAIN)
    return proof(key, access_proofs.digest_to_read(rma, deadline, separator), deadline, changed)


def to_keep(world, rma: bytes, content: bytes, key, ahead_s: int = 60, **changed) -> dict:
    """Header that proves an uploader's key."""
    deadline = int(time.time()) + ahead_s
    separator = world.client.separator(access_proofs.DOMAIN)
    return proof(key, access_proofs.digest_to_keep(rma, keccak(content), deadline, separator), deadline, changed)


def slug(response) -> tuple[int, str]:
    """Status and slug of a problem."""
    assert response.mimetype == "application/problem+json", response.data
    return response.status_code, response.get_json()["type"].removeprefix("/errors/")


class Party:
    """A sale with a return whose people keep and read documents."""

    def __init__(self, world, sale: Sale):
        self.world, self.sale = world, sale
        self.rma, self.rma_text = sale.rma, hex_of(sale.rma)
        self.keys = {"buyer": sale.buyer, "stranger": Secp256k1Key()}
        names = ("seller", "inspector", "carrier-eu", *(KEY_OF[number] for number in ARBITRATORS))
        self.keys |= {name: world.key(name) for name in names}

    def keep(self, who: str, content: bytes, media_type: str = "text/plain") -> bytes:
        """Commitment of what was kept."""
        return self.world.client.keep_document(self.rma_text, content, media_type, self.keys[who]).commitment

    def listed(self, who: str) -> list[dict]:
        return self.world.client.documents(self.rma_text, self.keys[who])

    def get(self, who: str, committed: bytes):
        path = f"/api/v1/documents/{hex_of(committed)}?return_id={self.rma_text}"
        return self.world.http.get(path, headers=to_read(self.world, self.rma, self.keys[who]))

    def messages(self, who: str):
        path = f"/api/v1/returns/{self.rma_text}/messages"
        return self.world.http.get(path, headers=to_read(self.world, self.rma, self.keys[who]))

    def act(self, action: str, who: str, **given) -> None:
        self.sale.act(action, self.keys[who], **given)
