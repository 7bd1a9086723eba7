"""Two members' servers on one chain: each reads, writes and verifies without the other."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from ledger_api.chain.client import Node
from ledger_api.verify.online import verify
from tests.conftest import free_port
from tests.e2e.processes import Process, Server, recorded_checkpoint, signed_checkpoint

FOLLOW_TIMEOUT_S = 15


@pytest.fixture(scope="module")
def node_url(tmp_path_factory):
    """The embedded chain alone."""
    folder, port = tmp_path_factory.mktemp("node"), free_port()
    node = Process(folder / "node.log", "node", "--data-dir", folder, "--port", port)
    node.launch("embedded chain ready: ")
    yield f"http://127.0.0.1:{port}"
    node.stop()


@pytest.fixture(scope="module")
def first(node_url, tmp_path_factory):
    """The member that deployed the contracts and has the demo's keys."""
    made = Server(tmp_path_factory.mktemp("first") / "data", "--demo", NODE_URL=node_url).start()
    yield made
    made.stop()


@pytest.fixture(scope="module")
def second(first, node_url, tmp_path_factory):
    """Another member, with a folder of its own."""
    made = Server(tmp_path_factory.mktemp("second") / "data", "--deployment", first.url, NODE_URL=node_url).start()
    yield made
    made.stop()


def written_through(server: Server, first: Server, code: str) -> None:
    """A checkpoint, signed by the demo's carrier, given to a server and recorded."""
    client = server.client
    client.wait(client.send("checkpoints", signed_checkpoint(first, client, code))["id"])


def shown_by(server: Server, first: Server, code: str) -> dict:
    """The checkpoint as soon as the server's index has it."""
    end = time.monotonic() + FOLLOW_TIMEOUT_S
    while time.monotonic() < end:
        found = recorded_checkpoint(server.client, first.parcel_of(3), code)
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError(f"{code} is not in the index of {server.url}")


def entries_of(node_url: str, digest: str) -> list:
    """What the chain itself has of a request, asked at the node."""
    chain = Node.at(node_url)
    return chain.request("eth_getLogs", {"fromBlock": "0x0", "toBlock": "latest", "topics": [None, None, digest]})


def test_the_second_server_shows_the_return_of_the_first(first, second):
    path = f"/api/v1/returns/{first.demo_return}/entries"
    assert second.client.get(path)["entries"] == first.client.get(path)["entries"]
    assert second.client.chain["contracts"] == first.client.chain["contracts"]


def test_a_request_given_to_one_server_is_read_and_verified_through_the_other(first, second):
    written_through(first, first, "SHARED1")
    assert shown_by(second, first, "SHARED1")["reported"] == 1
    assert verify(second.url, first.demo_return).wrong == []
    written_through(second, first, "SHARED2")
    assert shown_by(first, first, "SHARED2")["reported"] == 1


def test_the_same_request_given_to_both_is_recorded_on_both_and_stands_once_on_the_chain(first, second, node_url):
    # A block before, so that the next one comes a second later and both servers take the request meanwhile.
    written_through(first, first, "BEFORE")
    signed = signed_checkpoint(first, first.client, "BOTH")
    with ThreadPoolExecutor(2) as both:
        taken = list(both.map(lambda server: server.client.send("checkpoints", signed), (first, second)))
    done = [server.client.wait(item["id"]) for server, item in zip((first, second), taken, strict=True)]
    assert [item["state"] for item in done] == ["recorded", "recorded"]
    assert done[0]["block_hash"] == done[1]["block_hash"]
    assert len(entries_of(node_url, done[0]["request_digest"])) == 1
    assert shown_by(second, first, "BOTH")["reported"] == 1


def test_with_one_server_killed_the_other_writes_reads_and_verifies(first, second):
    first.kill()
    try:
        written_through(second, first, "ALONE")
        assert shown_by(second, first, "ALONE")["reported"] == 1
        report = verify(second.url, first.demo_return)
        assert report.verified, report.to_text()
    finally:
        first.start()
    assert shown_by(first, first, "ALONE")["reported"] == 1
    assert verify(first.url, first.demo_return).verified
