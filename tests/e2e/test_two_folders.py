"""What was signed for one ledger says nothing on another: each data folder is a chain of its own."""

import secrets

import pytest

from ledger_api.client import Problem
from tests.e2e.processes import Server


@pytest.fixture(scope="module")
def other(tmp_path_factory):
    """A second ledger, with the demo's consortium and return of its own."""
    made = Server(tmp_path_factory.mktemp("other") / "data", "--demo").start()
    yield made
    made.stop()


def requests_of(server) -> list[dict]:
    """Every signed request behind the demo's return, in the order of the entries."""
    shown = server.client.get(f"/api/v1/returns/{server.demo_return}/entries")["entries"]
    return [entry["signed_request"] for entry in shown if entry["signed_request"] is not None]


def refusal_of(client, body: dict) -> Problem:
    """The problem that a server answers a request with."""
    with pytest.raises(Problem) as caught:
        client.post("/api/v1/requests", {"id": secrets.token_hex(16), **body})
    return caught.value


def test_chains_of_two_folders_have_different_ids(server, other):
    assert server.client.chain["chain_id"] != other.client.chain["chain_id"]


def test_no_signed_request_of_one_ledger_is_taken_by_another(server, other):
    before = other.client.get(f"/api/v1/returns/{other.demo_return}/entries")["entries"]
    slugs = []
    found = requests_of(server)
    for body in found:
        problem = refusal_of(other.client, body)
        assert 400 <= problem.status < 500, problem.body
        slugs.append((body["action"], problem.slug))
    whole = [slug for action, slug in slugs if action != "recordCheckpointBatch"]
    assert len(whole) > 15
    assert set(whole) == {"request-signer-mismatch"}
    assert other.client.get(f"/api/v1/returns/{other.demo_return}/entries")["entries"] == before


def test_a_request_of_its_own_is_refused_by_a_ledger_that_has_it_already(server):
    body = next(body for body in requests_of(server) if body["action"] == "approveReturn")
    assert refusal_of(server.client, body).slug == "request-nonce-used"
