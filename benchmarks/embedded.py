"""Checkpoints a second through the HTTP API on the embedded chain, confirmed and in the index.

The rival is the embedded chain alone, given the same calldata directly.
"""

import sys
import tempfile

from benchmarks.load import VISITS, Carrier, body, by_node, through_api
from benchmarks.results import Figure, finish
from benchmarks.scene import trackings
from ledger_api import serving
from ledger_api.config import Settings
from ledger_api.rules import requests as rules

OWN_PARCELS = 800  # times VISITS: ten to twenty seconds
ONE_PARCELS = 1_600
RIVAL_PART = 2  # the rival gets one part in this many
LEAST_OWN_SIGNATURE = 100
LEAST_ONE_SIGNATURE = 300
TIMEOUT_S = 60
RIVAL = "the embedded chain with the same calldata"


def main() -> int:
    chosen = {"port": 0, "https_port": 0}
    with tempfile.TemporaryDirectory() as folder, serving.running(Settings(data_dir=folder, **chosen)) as (ledger, url):
        carrier = Carrier.of(ledger, url)
        # Each rival right after its like, since a machine that others use changes its pace.
        own = [body(batch) for batch in carrier.own(trackings(OWN_PARCELS))]
        own_rate = through_api(ledger, url, own, OWN_PARCELS * VISITS, TIMEOUT_S)
        calls = [rules.encode_bulk(batch) for batch in carrier.own(trackings(OWN_PARCELS // RIVAL_PART))]
        own_rival = by_node(carrier.scene, calls, OWN_PARCELS // RIVAL_PART * VISITS, TIMEOUT_S)

        one = [body([signed]) for signed in carrier.one(trackings(ONE_PARCELS))]
        one_rate = through_api(ledger, url, one, ONE_PARCELS * VISITS, TIMEOUT_S)
        calls = [signed.call() for signed in carrier.one(trackings(ONE_PARCELS // RIVAL_PART))]
        one_rival = by_node(carrier.scene, calls, ONE_PARCELS // RIVAL_PART * VISITS, TIMEOUT_S)

    unit = "checkpoints/s"
    print(f"Checkpoints a second on the embedded chain: through the API, and {RIVAL}")
    print(f"  own signatures       {own_rate:8,.0f} {own_rival:8,.0f}")
    print(f"  one signature a 200  {one_rate:8,.0f} {one_rival:8,.0f}")
    return finish(
        [
            Figure("embedded_checkpoints_own_signature", own_rate, unit, RIVAL, own_rival, least=LEAST_OWN_SIGNATURE),
            Figure("embedded_checkpoints_batch_signature", one_rate, unit, RIVAL, one_rival, least=LEAST_ONE_SIGNATURE),
        ]
    )


if __name__ == "__main__":
    sys.exit(main())
