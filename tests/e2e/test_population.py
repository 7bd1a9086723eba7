"""Returns of many states on the embedded chain, each verified over HTTP: a small one of `make population`."""

import pytest

from tests.population import check_all, consortium, grow, missing

RETURNS = 24
# waitress says so of the setting that lets live streams through at once
pytestmark = pytest.mark.filterwarnings("ignore:send_bytes will be removed:DeprecationWarning")


def test_returns_of_many_states_are_all_verified(tmp_path):
    with consortium(tmp_path) as scene:
        found = check_all(scene, grow(scene, RETURNS))
    assert [item["wrong"] for item in found] == [[]] * RETURNS
    assert missing(found)["statuses"] == {"closed"}
