"""Checkpoints a second with own signatures through the HTTP API on anvil, confirmed and in the index.

The rival is anvil alone with the same mining settings, given the same calldata directly.
"""

import sys
import tempfile

from benchmarks.load import BATCH_ITEMS, VISITS, Carrier, body, by_node, through_api
from benchmarks.nodes import anvil, funded_key
from benchmarks.results import Figure, finish
from benchmarks.scene import trackings
from ledger_api import serving
from ledger_api.config import Settings
from ledger_api.keys import KeyFolder
from ledger_api.rules import requests as rules

PARCELS = 2_000  # times VISITS
LEAST_RATIO = 0.3
TIMEOUT_S = 60
MINING = ("--block-time", "1")  # a block a second, as in a permissioned network
RIVAL = "anvil with the same calldata"


def main() -> int:
    with anvil(*MINING) as node_url, tempfile.TemporaryDirectory() as folder:
        settings = Settings(port=0, https_port=0, data_dir=folder, node_url=node_url)
        # Anvil takes fees, so the server needs an account with money.
        KeyFolder(settings.folder).save("server", funded_key())
        with serving.running(settings) as (ledger, url):
            carrier = Carrier.of(ledger, url)
            ours, theirs = carrier.own(trackings(PARCELS)), carrier.own(trackings(PARCELS))
            bodies = [body(batch) for batch in ours]
            rate = through_api(ledger, url, bodies, PARCELS * VISITS, TIMEOUT_S)
        carrier.scene.sender = funded_key()  # the server is stopped: nobody else uses its account
        rival = by_node(carrier.scene, [rules.encode_bulk(batch) for batch in theirs], PARCELS * VISITS, TIMEOUT_S)

    print(f"Checkpoints a second on anvil, {len(ours)} batches of {BATCH_ITEMS}, each signed, a block a second")
    print(f"  through the API {rate:8,.0f}\n  by the node     {rival:8,.0f}")
    return finish([Figure("relay_bulk_anvil", rate, "checkpoints/s", RIVAL, rival, least_ratio=LEAST_RATIO)])


if __name__ == "__main__":
    sys.exit(main())
