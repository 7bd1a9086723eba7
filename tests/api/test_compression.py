"""What is compressed on the way, and for whom it is not."""

import gzip

import brotli
import pytest

from ledger_api.access import gate
from ledger_api.compression import SETTINGS
from tests.api.papers import to_read

TAKES = {"Accept-Encoding": "gzip"}


def fetched(http, path: str, **headers):
    with http.get(path, headers=headers) as response:
        response.get_data()
        return response


@pytest.mark.parametrize("path", ["/", "/static/ledger.css", "/static/js/act.js"])
def test_pages_and_static_files_are_sent_compressed_and_are_the_same(world, path):
    plain, packed = fetched(world.http, path), fetched(world.http, path, **TAKES)
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert gzip.decompress(packed.data) == plain.data
    assert "Content-Encoding" not in plain.headers


@pytest.mark.parametrize("path", ["/static/ledger.css", "/static/js/check.js", "/api/v1/chain/code"])
def test_what_never_changes_is_packed_as_tightly_as_brotli_can(world, path):
    plain, packed = fetched(world.http, path), fetched(world.http, path, **{"Accept-Encoding": "gzip, br"})
    assert packed.headers["Content-Encoding"] == "br"
    assert packed.headers["Content-Length"] == str(len(packed.data))
    assert brotli.decompress(packed.data) == plain.data
    assert len(packed.data) < len(brotli.compress(plain.data, quality=9))
    assert len(packed.data) < len(fetched(world.http, path, **TAKES).data)
    if etag := packed.headers.get("ETag"):
        assert fetched(world.http, path, **{"Accept-Encoding": "br", "If-None-Match": etag}).status_code == 304


def test_pages_are_packed_with_brotli_too(world):
    assert fetched(world.http, "/", **{"Accept-Encoding": "gzip, br"}).headers["Content-Encoding"] == "br"


def test_who_is_signed_in_reads_pages_as_they_are(world):
    http = world.app.test_client()
    http.set_cookie(gate.COOKIE, world.ledger.access.start_session((world.key("seller").address,)))
    assert "Content-Encoding" not in fetched(http, "/account", **TAKES).headers
    assert fetched(http, "/static/ledger.css", **TAKES).headers["Content-Encoding"] == "gzip"


@pytest.mark.parametrize("path", ["/api/v1/participants", "/api/v1/openapi.json", "/api/v1/returns/{}/entries"])
def test_json_for_anybody_is_compressed_for_everybody(world, rma, path):
    signed_in = world.app.test_client()
    signed_in.set_cookie(gate.COOKIE, world.ledger.access.start_session((world.key("seller").address,)))
    for http in (world.http, signed_in):
        plain, packed = (fetched(http, path.format(f"0x{rma.hex()}"), **headers) for headers in ({}, TAKES))
        assert gzip.decompress(packed.data) == plain.data
        assert len(packed.data) < len(plain.data) / 2


def test_json_for_some_is_left_alone(world, rma):
    world.client.say(f"0x{rma.hex()}", 1, "Where is it? " * 100, world.key("seller"))
    headers = to_read(world, rma, world.key("seller")) | TAKES
    answer = fetched(world.http, f"/api/v1/returns/0x{rma.hex()}/messages", **headers)
    assert len(answer.data) > SETTINGS["COMPRESS_MIN_SIZE"]
    assert "Content-Encoding" not in answer.headers


def test_the_answer_to_a_write_is_left_alone(world):
    answer = world.http.post(
        "/api/v1/returns", json={"requests": [{"id": f"nothing-{i}"} for i in range(4)]}, headers=TAKES
    )
    assert len(answer.data) > SETTINGS["COMPRESS_MIN_SIZE"]
    assert "Content-Encoding" not in answer.headers


def test_a_live_stream_is_left_alone(world, rma):
    path = f"/api/v1/returns/0x{rma.hex()}/events"
    response = world.http.get(path, headers=TAKES, buffered=False)
    assert response.mimetype not in SETTINGS["COMPRESS_MIMETYPES"]
    assert "Content-Encoding" not in response.headers
    response.close()


def test_the_address_of_a_file_is_still_kept_for_ever(world):
    page = fetched(world.http, "/").get_data(as_text=True)
    address = page.split('rel="stylesheet" href="')[1].split('"')[0]
    assert "immutable" in fetched(world.http, address, **TAKES).headers["Cache-Control"]
