"""A whole server as its user meets it: start, look, verify, import, stop, start again."""

import json
import time
from pathlib import Path

import pytest

from ledger_api.documents.store import DocumentStore
from ledger_api.rules.hashing import bytes_of
from tests.conftest import free_port
from tests.e2e.processes import DEMO, READY, json_of, run

RESTART_LIMIT_S = 30


def entries(server) -> dict:
    """The return's subjects and entries as the server shows them."""
    shown = server.client.get(f"/api/v1/returns/{server.demo_return}/entries")
    return {"subjects": shown["subjects"], "entries": shown["entries"]}


# --- verify


def test_a_return_that_the_server_does_not_have_cannot_be_tried(server, tmp_path):
    unknown = "0x" + "ab" * 32
    done = run("verify", "--server", server.url, unknown, cwd=tmp_path)
    assert done.returncode == 2
    assert "Could not be tried" in done.stdout
    done = run("verify", "--server", server.url, unknown, "--json", cwd=tmp_path)
    assert done.returncode == 2
    assert json_of(done)["verified"] is None


def test_an_id_that_is_none_cannot_be_tried(server, tmp_path):
    assert run("verify", "--server", server.url, "0x1234", cwd=tmp_path).returncode == 2


def test_a_server_that_is_not_there_cannot_be_tried(server, tmp_path):
    done = run("verify", "--server", f"http://127.0.0.1:{free_port()}", server.demo_return, cwd=tmp_path)
    assert done.returncode == 2
    assert "cannot be reached" in done.stdout


def test_a_file_cannot_be_tried_yet_and_the_command_says_so(server, tmp_path):
    (tmp_path / "bundle.json").write_text("{}")
    done = run("verify", "bundle.json", cwd=tmp_path)
    assert done.returncode == 2
    assert "--server" in done.stdout


def test_the_demo_return_verifies_from_an_empty_folder_and_the_report_says_whom_it_trusted(server, tmp_path):
    done = run("verify", "--server", server.url, server.demo_return, cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"trusted: this server alone, {server.url}" in done.stdout
    assert done.stdout.splitlines()[-1] == "Verified."
    assert list(tmp_path.iterdir()) == []


def test_the_report_comes_as_json_too(server, tmp_path):
    done = run("verify", "--server", server.url, server.demo_return, "--json", cwd=tmp_path)
    report = json_of(done)
    assert done.returncode == 0
    assert (report["verified"], report["wrong"]) == (True, [])
    assert any("this server alone" in text for text in report["trusted"])


# --- start and look


def test_a_start_prints_where_it_is_ready_and_where_the_demo_return_is(server):
    lines = server.await_line(DEMO)
    assert f"{READY}{server.url}" in lines
    assert f"{DEMO}{server.url}/returns/{server.demo_return}" in lines
    assert len(server.demo_return) == 66


def test_a_started_server_says_that_it_is_healthy_and_ready(server):
    assert server.client.get("/healthz")["status"] == "ok"
    assert server.client.get("/readyz")["status"] == "ready"


def test_status_says_that_there_is_no_trouble(server, tmp_path):
    done = run("status", "--server", server.url, cwd=tmp_path)
    assert done.returncode == 0
    assert "0 failed" in done.stdout and "trouble" not in done.stdout
    assert json_of(run("status", "--server", server.url, "--json", cwd=tmp_path))["trouble"] == []


def test_status_of_a_server_that_is_not_there_ends_with_2(tmp_path):
    assert run("status", "--server", f"http://127.0.0.1:{free_port()}", cwd=tmp_path).returncode == 2


def test_keys_lists_names_and_addresses_and_no_secret(server, tmp_path):
    done = run("keys", "--data-dir", server.folder, cwd=tmp_path)
    assert done.returncode == 0
    for name in ("seller", "carrier-eu", "carrier-cn", "inspector", "council-1", "server"):
        assert name in done.stdout
        stored = json.loads((server.folder / "keys" / f"{name}.json").read_text())
        assert stored["address"] in done.stdout
        assert stored["secret"] not in done.stdout


# --- parcel and import

NUMBER = "EZ2000000002"


def detail(before_s: int, status_detail: str, **changes) -> dict:
    """One event of an EasyPost tracker, that many seconds ago."""
    at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(STARTED - before_s))
    return {
        "object": "TrackingDetail",
        "message": "on its way",
        "status": "in_transit",
        "status_detail": status_detail,
        "datetime": at,
        "tracking_location": {"city": "Warsaw", "country": "PL"},
        **changes,
    }


STARTED = int(time.time())
TWO = (detail(60, "departed_facility"), detail(30, "arrived_at_facility"))
FOUR = (*TWO, detail(20, "departed_facility"), detail(10, "arrived_at_destination"))


@pytest.fixture(scope="module")
def parcel(server, tmp_path_factory):
    """A parcel added on the command line."""
    options = ("--number", NUMBER, "--carrier", 2, "--as", "seller", "--server", server.url)
    done = run(
        "parcel", server.demo_return, *options, "--data-dir", server.folder, cwd=tmp_path_factory.mktemp("empty")
    )
    assert done.returncode == 0, done.stderr
    assert NUMBER in done.stdout


def import_of(server, folder, *details, number: str = NUMBER, key: str = "carrier-eu"):
    """Imports a tracker with these events."""
    document = {"object": "Tracker", "tracking_code": number, "tracking_details": list(details)}
    (folder / "tracker.json").write_text(json.dumps(document))
    options = ("--return", server.demo_return, "--as", key, "--server", server.url, "--data-dir", server.folder)
    return run("import", "tracker.json", *options, "--json", cwd=folder)


def counts(done) -> tuple:
    """(new, known, refused) of an import."""
    assert done.stdout, done.stderr
    shown = json_of(done)
    return shown["new"], shown["known"], shown["refused"]


def test_an_import_of_what_is_no_document_records_nothing_and_ends_with_2(server, parcel, tmp_path):
    (tmp_path / "letter.txt").write_text("Dear carrier")
    options = ("--return", server.demo_return, "--as", "carrier-eu", "--server", server.url)
    done = run("import", "letter.txt", *options, "--data-dir", server.folder, cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr.startswith("return-ledger: ")


def test_an_import_whose_every_event_is_refused_ends_with_2(server, parcel, tmp_path):
    done = import_of(server, tmp_path, detail(50, "departed_facility", datetime="soon"))
    assert done.returncode == 2
    assert counts(done) == (0, 0, 1)


def test_an_import_with_a_key_that_is_not_there_ends_with_2(server, parcel, tmp_path):
    done = import_of(server, tmp_path, *TWO, key="nobody")
    assert done.returncode == 2
    assert "nobody" in done.stderr


def test_an_import_records_what_is_new_once_however_often_the_file_comes(server, parcel, tmp_path):
    done = import_of(server, tmp_path, *TWO)
    assert (done.returncode, counts(done)) == (0, (2, 0, 0))
    done = import_of(server, tmp_path, *TWO)
    assert (done.returncode, counts(done)) == (0, (0, 2, 0))
    done = import_of(server, tmp_path, *FOUR)
    assert (done.returncode, counts(done)) == (0, (2, 2, 0))
    state = server.client.get(f"/api/v1/returns/{server.demo_return}")
    assert len(state["parcels"][-1]["checkpoints"]) == 4


def test_an_import_of_good_events_and_a_bad_one_records_the_good_ones_and_ends_with_1(server, parcel, tmp_path):
    done = import_of(server, tmp_path, detail(5, "held"), detail(4, "held", datetime="soon"))
    assert (done.returncode, counts(done)) == (1, (1, 0, 1))
    assert json_of(done)["refusals"][0]["field"].endswith("datetime")


def test_originals_of_an_import_are_kept_under_the_key_of_their_parcel(server, parcel):
    state = server.client.get(f"/api/v1/returns/{server.demo_return}")
    subject = bytes_of(state["parcels"][-1]["parcel_id"])
    store = DocumentStore(Path(server.folder))
    kept = [store.read(subject, listed.commitment) for listed in store.of(subject)]
    assert len(kept) >= 4
    assert all(b"status_detail" in document.content for document in kept)
    assert {document.listed.uploaded_by for document in kept} == {2}
    assert store.of(bytes_of(server.demo_return)) == []


def test_what_was_imported_verifies(server, parcel, tmp_path):
    assert run("verify", "--server", server.url, server.demo_return, cwd=tmp_path).returncode == 0


# --- stop and start again


def test_a_restart_takes_seconds_and_shows_the_same(server):
    before, state = entries(server), server.client.get(f"/api/v1/returns/{server.demo_return}")
    assert server.stop() == 0
    started = time.monotonic()
    server.start()
    assert time.monotonic() - started < RESTART_LIMIT_S
    lines = server.await_line(DEMO)
    assert f"{DEMO}{server.url}/returns/{server.demo_return}" in lines
    assert not any("Playing" in line or "Deploying" in line for line in lines)
    assert entries(server) == before
    assert server.client.get(f"/api/v1/returns/{server.demo_return}") == state


def test_an_index_rebuilt_from_the_chain_is_the_same_text(server, tmp_path):
    server.stop()
    try:
        before = run("dump", "--data-dir", server.folder, cwd=tmp_path)
        rebuilt = run("reindex", "--data-dir", server.folder, cwd=tmp_path)
        after = run("dump", "--data-dir", server.folder, cwd=tmp_path)
    finally:
        server.start()
    assert (before.returncode, rebuilt.returncode, after.returncode) == (0, 0, 0), rebuilt.stderr
    assert before.stdout.count("\nentries ") > 30
    assert after.stdout == before.stdout


def test_a_dump_of_a_folder_without_index_ends_with_2(tmp_path):
    assert run("dump", "--data-dir", tmp_path, cwd=tmp_path).returncode == 2
