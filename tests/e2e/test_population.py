"""Returns of many states and disputes of every end on the embedded chain, each verified over HTTP: small ones of
`make population` and `make population-disputes`."""

import pytest

from ledger_api.rules.hashing import hex_of
from tests import disputes
from tests.population import ENDINGS, check_all, consortium, grow, missing, sleepless

RETURNS = 24
# waitress says so of the setting that lets live streams through at once
pytestmark = pytest.mark.filterwarnings("ignore:send_bytes will be removed:DeprecationWarning")


def test_returns_of_many_states_are_all_verified(tmp_path):
    with consortium(tmp_path) as scene:
        found = check_all(scene, grow(scene, RETURNS))
    assert [item["wrong"] for item in found] == [[]] * RETURNS
    assert missing(found)["statuses"] == {"closed"}


def test_disputes_of_every_end_are_all_verified(tmp_path):
    with consortium(tmp_path, disputes.Court) as scene, sleepless():
        driven = disputes.grow(scene, len(disputes.ENDINGS))
        found = check_all(scene, [hex_of(dispute.rma) for _, _, dispute in driven])
    assert [item["wrong"] for item in found] == [[]] * len(driven)
    assert {subject for subject, _, _ in driven} == disputes.CONTESTS.keys()
    assert {name for item in found for name in item["endings"]} == ENDINGS
