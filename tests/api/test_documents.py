"""Documents over the API: who may not, what is not kept, then who may; on a real chain."""

import dataclasses
import io
import json
import logging

import pytest
from PIL import Image

from ledger_api import cli
from ledger_api.client import Client, Problem
from ledger_api.errors import DocumentDamaged
from ledger_api.rules.awards import awarded
from ledger_api.rules.hashing import bytes_of, hex_of, keccak
from ledger_api.rules.signatures import Secp256k1Key
from ledger_api.serving import web_server
from ledger_api.vocabulary import DisputeGround, EvidenceKind
from tests.acting import KEY_OF, filled
from tests.api.papers import ARBITRATORS, CAMERA, Party, photo, slug, to_keep, to_read

NOTHING = b"\x11" * 32
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n"


@pytest.fixture(scope="module")
def party(world) -> Party:
    """A return with an inspector."""
    return Party(world, world.sale().open().approve())


@pytest.fixture
def post(world, party):
    """Posts bytes with a header."""

    def send(content: bytes, headers: dict, media_type: str = "text/plain"):
        path = f"/api/v1/returns/{party.rma_text}/documents"
        return world.http.post(path, data=content, headers={"Content-Type": media_type, **headers})

    return send


# --- proofs ---------------------------------------------------------------------------------------------------------


def paths(party) -> list[str]:
    """All that is read with a proof."""
    whole = f"/api/v1/returns/{party.rma_text}"
    return [
        f"{whole}/documents",
        f"{whole}/messages",
        f"/api/v1/documents/{hex_of(NOTHING)}?return_id={party.rma_text}",
    ]


@pytest.mark.parametrize(
    "headers", [{}, {"Authorization": "Bearer abc"}, {"Authorization": "Basic YTpi"}, {"Authorization": ""}]
)
def test_without_a_proof_nothing_is_read_or_kept(world, party, post, headers):
    for response in [world.http.get(path, headers=headers) for path in paths(party)] + [post(b"Hello", headers)]:
        assert slug(response) == (401, "authorization-missing")
        assert response.headers["WWW-Authenticate"] == "Ledger"


@pytest.mark.parametrize(
    "changed",
    [
        {"actor": "0x12"},
        {"actor": "me"},
        {"deadline": "soon"},
        {"deadline": "-1"},
        {"deadline": "99999999999999999999"},
        {"deadline": "1²"},
        {"signature": "0xzz"},
        {"signature": ""},
        {"more": "1"},
    ],
)
def test_a_proof_that_cannot_be_read_is_refused(world, party, post, changed):
    header = to_read(world, party.rma, party.keys["buyer"], **changed)
    for path in paths(party):
        assert slug(world.http.get(path, headers=header)) == (401, "authorization-malformed")
    assert slug(post(b"Hello", header)) == (401, "authorization-malformed")


@pytest.mark.parametrize("text", ["Ledger", "Ledger abc", "Ledger actor=0x", 'Ledger actor="0x12"', "Ledger ,,,=,"])
def test_a_header_of_another_form_is_refused(world, party, text):
    response = world.http.get(paths(party)[0], headers={"Authorization": text})
    assert response.status_code == 401


@pytest.mark.parametrize(
    ("ahead_s", "expected"),
    [(-1, "authorization-expired"), (-10_000, "authorization-expired"), (700, "authorization-too-long")],
)
def test_a_proof_holds_for_minutes(world, party, post, ahead_s, expected):
    key = party.keys["buyer"]
    for path in paths(party):
        assert slug(world.http.get(path, headers=to_read(world, party.rma, key, ahead_s))) == (401, expected)
    assert slug(post(b"Hello", to_keep(world, party.rma, b"Hello", key, ahead_s))) == (401, expected)


def test_a_proof_for_something_else_is_wrong(world, party, post):
    key, other = party.keys["buyer"], Secp256k1Key()
    wrong = {
        "another return": to_read(world, NOTHING, key),
        "another's signature": to_read(world, party.rma, other, actor=hex_of(key.address)),
        "a later deadline than signed": to_read(world, party.rma, key, 60, deadline=_deadline(world, party, key) + 1),
        "for keeping": to_keep(world, party.rma, b"Hello", key),
        "no signature": to_read(world, party.rma, key, signature="0x"),
    }
    for name, header in wrong.items():
        for path in paths(party):
            assert slug(world.http.get(path, headers=header)) == (401, "authorization-wrong"), name
    for header in (to_read(world, party.rma, key), to_keep(world, party.rma, b"Hallo", key)):
        assert slug(post(b"Hello", header)) == (401, "authorization-wrong")


def _deadline(world, party, key) -> int:
    return int(to_read(world, party.rma, key)["Authorization"].split("deadline=")[1].split(",")[0])


# --- strangers ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["stranger", "carrier-eu"])
def test_a_stranger_is_refused_the_same_way_whether_or_not_there_is_something(world, party, post, who):
    kept = party.keep("buyer", b"It does not fit.")
    answers = [party.get(who, committed) for committed in (kept, NOTHING)]
    assert [slug(answer) for answer in answers] == [(403, "access-denied")] * 2
    details = [answer.get_json()["detail"] for answer in answers]
    assert details[0] == details[1]
    for path in paths(party):
        response = world.http.get(path, headers=to_read(world, party.rma, party.keys[who]))
        assert slug(response) == (403, "access-denied")
    assert slug(post(b"Hello", to_keep(world, party.rma, b"Hello", party.keys[who]))) == (403, "access-denied")


def test_the_buyer_of_another_return_is_a_stranger(world, party):
    other = Party(world, world.sale().open())
    kept = party.keep("buyer", b"It does not fit.")
    party.keys["other buyer"] = other.sale.buyer
    assert slug(party.get("other buyer", kept)) == (403, "access-denied")
    path = f"/api/v1/documents/{hex_of(kept)}?return_id={other.rma_text}"
    response = world.http.get(path, headers=to_read(world, other.rma, other.sale.buyer))
    assert slug(response) == (404, "not-found")


def test_a_key_that_the_council_ended_reads_no_more(world):
    own = Party(world, world.sale().open())
    council = [world.key(name) for name in ("council-1", "council-2")]
    lent = own.keys["lent"] = Secp256k1Key()
    added = {"participant": 1, "key": lent.address, "inCustody": False}
    world.client.act("participants", "addKey", added, *council)
    assert own.listed("lent") == []
    world.client.act("participants", "endKey", filled("endKey", key=lent.address), *council)
    with pytest.raises(Problem) as caught:
        own.listed("lent")
    assert caught.value.slug == "access-denied"


def test_of_a_return_that_is_not_there_nothing_is_kept(world):
    key = Secp256k1Key()
    path = f"/api/v1/returns/{hex_of(NOTHING)}/documents"
    response = world.http.post(path, data=b"Hello", headers=to_keep(world, NOTHING, b"Hello", key))
    assert slug(response) == (404, "not-found")


@pytest.mark.parametrize(
    "path", ["/api/v1/documents/0x12?return_id=0x" + "11" * 32, f"/api/v1/documents/{hex_of(NOTHING)}"]
)
def test_ids_that_are_none_are_named(world, path):
    assert slug(world.http.get(path)) == (400, "invalid-field")


# --- what is not kept -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "media_type", "expected"),
    [
        (b"", "text/plain", (400, "invalid-field")),
        (b"<html></html>", "text/html", (415, "document-type-unsupported")),
        (b"\x00\x01\x02", "application/octet-stream", (415, "document-type-unsupported")),
        (PDF, "image/png", (415, "document-type-unsupported")),
        (photo()[:200], "image/jpeg", (422, "document-unreadable")),
        (b"a" * 20_001, "text/plain", (413, "document-too-large")),
        (b"\xff" * 8_000_001, "image/jpeg", (413, "document-too-large")),
    ],
)
def test_what_cannot_be_kept_is_refused(world, party, post, content, media_type, expected):
    before = len(party.listed("buyer"))
    header = to_keep(world, party.rma, content, party.keys["buyer"])
    assert slug(post(content, header, media_type)) == expected
    assert len(party.listed("buyer")) == before


def test_each_side_has_its_number_of_documents(world, monkeypatch):
    own = Party(world, world.sale().open())
    monkeypatch.setattr(world.ledger, "settings", dataclasses.replace(world.settings, documents_limit=2))
    for text in (b"one", b"two"):
        own.keep("buyer", text)
    with pytest.raises(Problem) as caught:
        own.keep("buyer", b"three")
    assert (caught.value.slug, caught.value.body["limit"]) == ("document-limit-reached", 2)
    own.keep("seller", b"one")


# --- what is kept ---------------------------------------------------------------------------------------------------


def test_the_uploader_gets_what_he_needs_to_compute_the_commitment(world, party, post):
    text = "Größe 42 passt nicht.".encode()
    response = post(text, to_keep(world, party.rma, text, party.keys["buyer"]))
    body = response.get_json()
    assert response.status_code == 201
    assert set(body) == {"commitment", "salt", "type", "size"}
    assert (body["type"], body["size"]) == ("text/plain", len(text))
    assert keccak(bytes_of(body["salt"]) + text) == bytes_of(body["commitment"])
    assert (
        world.http.get(response.headers["Location"], headers=to_read(world, party.rma, party.keys["buyer"])).data
        == text
    )


def test_the_same_proof_again_gets_the_same_answer(world, party, post):
    header = to_keep(world, party.rma, b"Once", party.keys["buyer"])
    assert post(b"Once", header).get_json() == post(b"Once", header).get_json()


def test_two_who_upload_the_same_bytes_at_once_get_a_document_each(world, party, post):
    both = [post(b"Both", to_keep(world, party.rma, b"Both", party.keys[who])) for who in ("buyer", "seller")]
    assert len({response.get_json()["commitment"] for response in both}) == 2


def test_a_photo_comes_back_made_anew_and_that_is_what_is_committed(world, party):
    kept = world.client.keep_document(party.rma_text, photo(), "image/jpeg", party.keys["buyer"])
    assert CAMERA.encode() in photo()
    assert CAMERA.encode() not in kept.content
    assert Image.open(io.BytesIO(kept.content)).size == (60, 40)
    assert keccak(kept.salt + kept.content) == kept.commitment


@pytest.mark.parametrize(
    ("content", "media_type", "suffix"),
    [(b"Hello", "text/plain", "txt"), (PDF, "application/pdf", "pdf"), (photo(), "image/jpeg", "jpg")],
)
def test_it_is_handed_over_for_saving_and_never_for_running(party, content, media_type, suffix):
    response = party.get("buyer", party.keep("buyer", content, media_type))
    assert response.status_code == 200
    assert response.mimetype == media_type
    assert response.headers["Content-Disposition"].startswith("attachment; ")
    assert response.headers["Content-Disposition"].endswith(f'.{suffix}"')
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Security-Policy"] == "sandbox"
    assert response.headers["Cache-Control"] == "no-store"


def test_both_kinds_of_keys_prove_themselves(world):
    for make_key in (Secp256k1Key, None):
        options = {"make_key": make_key} if make_key else {}
        own = Party(world, world.sale(**options).open())
        own.keep("buyer", b"Hello")
        assert [item["uploaded_by"] for item in own.listed("buyer")] == [0]


def test_a_draft_is_its_uploaders_alone_until_an_entry_names_it(world):
    own = Party(world, world.sale().open().approve())
    kept = own.keep("buyer", PDF, "application/pdf")
    assert own.listed("buyer")[0] | {"uploaded_at": 0} == {
        "commitment": hex_of(kept),
        "kind": "draft",
        "type": "application/pdf",
        "size": len(PDF),
        "uploaded_at": 0,
        "uploaded_by": 0,
    }
    for who in ("seller", "inspector"):
        assert own.listed(who) == []
        assert slug(own.get(who, kept)) == (403, "access-denied")
    own.sale.send(document=kept)
    for who in ("buyer", "seller", "inspector"):
        assert [(item["commitment"], item["kind"]) for item in own.listed(who)] == [(hex_of(kept), "document")]
        assert own.get(who, kept).data == PDF


def test_an_inspectors_report_is_for_both_sides(world):
    own = Party(world, world.sale().open().approve())
    kept = own.keep("inspector", b"The seam is torn.")
    own.sale.send()
    own.sale.receive()
    lines = [{"line": 0, "accepted": 1, "rejected": 0, "diminishedBasisPoints": 0, "grade": 1, "disposition": 1}]
    own.act("inspectGoods", "inspector", returnId=own.rma, participant=4, evidence=kept, lines=lines)
    for who in ("buyer", "seller"):
        assert own.get(who, kept).data == b"The seam is torn."
        assert own.listed(who)[0]["uploaded_by"] == 4


def test_evidence_is_for_the_sides_and_from_escalation_on_for_the_arbitrator(world):
    own = Party(world, world.sale().open().by_seller("declineReturn", reason=101))
    dispute = own.sale.dispute().open(awarded(0, accepted=1), ground=DisputeGround.DECLINED).answer()
    evidence = own.keep("buyer", photo(), "image/jpeg")
    draft = own.keep("seller", b"Not shown to anybody yet.")
    shown = {"kind": EvidenceKind.PROOF_OF_DAMAGE, "document": evidence}
    dispute.by_side(True, "submitEvidence", dispute=dispute.dispute_id, **shown)
    judges = [KEY_OF[number] for number in ARBITRATORS]
    assert {slug(own.get(judge, evidence)) for judge in judges} == {(403, "access-denied")}
    assert [item["kind"] for item in own.listed("seller")] == ["evidence", "draft"]
    dispute.escalate()
    drawn = KEY_OF[dispute.state["arbitrator"]]
    assert [item["commitment"] for item in own.listed(drawn)] == [hex_of(evidence)]
    assert [judge for judge in judges if own.get(judge, evidence).status_code == 200] == [drawn]
    assert slug(own.get(drawn, draft)) == (403, "access-denied")
    own.keep(drawn, b"Reasons: the seller did not look.")
    assert len(own.listed(drawn)) == 2
    dispute.recuse()
    following = KEY_OF[dispute.state["arbitrator"]]
    assert [judge for judge in judges if own.get(judge, evidence).status_code == 200] == [following]


def test_what_a_list_names_is_read_like_the_list_if_its_uploader_listed_it(world):
    own = Party(world, world.sale().open().by_seller("declineReturn", reason=101))
    dispute = own.sale.dispute().open(awarded(0, accepted=1), ground=DisputeGround.DECLINED).answer()
    front, back = (own.keep("buyer", text) for text in (b"The front.", b"The back."))
    sellers = own.keep("seller", b"Not shown to anybody yet.")
    listing = own.keep("buyer", "\n".join(map(hex_of, (front, back, sellers))).encode())
    assert [item["kind"] for item in own.listed("seller")] == ["draft"]
    shown = {"kind": EvidenceKind.PROOF_OF_DAMAGE, "document": listing}
    dispute.by_side(True, "submitEvidence", dispute=dispute.dispute_id, **shown)
    kinds = {item["commitment"]: item["kind"] for item in own.listed("seller")}
    assert kinds == {hex_of(sellers): "draft"} | {hex_of(item): "evidence" for item in (front, back, listing)}
    assert own.get("seller", front).data == b"The front."
    assert slug(own.get("buyer", sellers)) == (403, "access-denied")


def test_a_document_that_was_changed_on_disk_is_not_handed_over(world, party):
    kept = party.keep("buyer", b"As it was.")
    path = world.folder / "documents" / kept.hex()
    path.write_bytes(path.read_bytes()[:-1] + b"\x00")
    assert slug(party.get("buyer", kept)) == (500, "document-damaged")
    world.ledger.documents.erase(party.rma)


def test_an_erased_return_has_no_documents_and_its_history_still_stands(world):
    own = Party(world, world.sale().open().approve())
    kept = own.keep("buyer", PDF, "application/pdf")
    own.sale.send(document=kept)
    assert world.ledger.documents.erase(own.rma) == 1
    assert own.listed("seller") == []
    assert slug(own.get("seller", kept)) == (404, "not-found")
    assert own.sale.state["parcels"]


def test_the_operator_erases_a_return_by_its_command(world, capsys):
    own = Party(world, world.sale().open())
    own.keep("buyer", b"one")
    for expected, text in ((0, "1 documents are erased"), (2, "0 documents are erased")):
        with pytest.raises(SystemExit) as ended:
            cli.main(["erase", own.rma_text, "--data-dir", str(world.folder)])
        assert ended.value.code == expected
        assert text in capsys.readouterr().out
    assert own.listed("buyer") == []


def test_the_client_refuses_what_does_not_fit_its_commitment(world, party):
    kept = party.keep("buyer", b"As it was.")

    class Liar:
        """A server that hands over something else."""

        def request(self, *given, **more):
            answer = world.client.session.request(*given, **more)
            answer.content = answer.content.replace(b"As it was.", b"As we say.")
            return answer

    client = Client("http://127.0.0.1", Liar())
    with pytest.raises(DocumentDamaged):
        client.read_document(party.rma_text, hex_of(kept), party.keys["buyer"])


def test_nothing_of_texts_salts_keys_or_proofs_is_logged(world, party, caplog, capfd):
    caplog.set_level(logging.DEBUG)
    key = party.keys["buyer"]
    kept = world.client.keep_document(party.rma_text, b"Nobody else may know this.", "text/plain", key)
    party.get("buyer", kept.commitment)
    party.get("stranger", kept.commitment)
    world.client.keep_document(party.rma_text, photo(), "image/jpeg", key)
    written = caplog.text + "".join(capfd.readouterr())
    wrapping = (world.folder / "keys" / "documents.key").read_bytes()
    for secret in (
        "Nobody else may know this",
        CAMERA,
        kept.salt.hex(),
        key.secret.hex(),
        wrapping.hex(),
        "signature=",
    ):
        assert secret not in written


def test_a_request_type_says_what_to_sign(world):
    known = world.client.get("/api/v1/request-types")
    assert known["access_types"] == [
        "ReadDocuments(bytes32 returnId,uint64 deadline)",
        "KeepDocument(bytes32 returnId,bytes32 content,uint64 deadline)",
        "SignIn(bytes32 challenge,bytes32 site)",
    ]
    assert "ReturnLedger" in json.dumps(known["domains"])


@pytest.mark.filterwarnings("ignore:send_bytes will be removed:DeprecationWarning")
def test_the_client_does_all_of_it_over_a_real_connection(world, party):
    ledger = dataclasses.replace(world.ledger, settings=dataclasses.replace(world.settings, port=0))
    with web_server(ledger) as url:
        client = Client(url)
        kept = client.keep_document(party.rma_text, photo(), "image/jpeg", party.keys["buyer"])
        assert client.read_document(party.rma_text, hex_of(kept.commitment), party.keys["buyer"]) == kept
        assert hex_of(kept.commitment) in [
            d["commitment"] for d in client.documents(party.rma_text, party.keys["buyer"])
        ]
        with pytest.raises(Problem) as caught:
            client.keep_document(party.rma_text, b"\xff" * 8_000_001, "image/jpeg", party.keys["buyer"])
        assert caught.value.slug == "document-too-large"
        with pytest.raises(Problem) as caught:
            client.read_document(party.rma_text, hex_of(kept.commitment), party.keys["stranger"])
        assert caught.value.slug == "access-denied"
