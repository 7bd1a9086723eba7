"""What the command line verifies, the browser's modules verify: the same answers of a server, true and forged."""

import copy
import itertools
import json
import secrets
import time
from types import SimpleNamespace

import pytest

from ledger_api import client
from ledger_api.demo import DISPUTES
from ledger_api.rules.awards import award, awarded
from ledger_api.rules.checkpoint_facts import pack_code, pack_facts
from ledger_api.rules.hashing import hex_of, keccak
from ledger_api.verify import fetch
from ledger_api.verify.online import verify
from ledger_api.vocabulary import Checkpoint, CheckpointKind, DisputeGround, ZoneSource
from tests.frontend.node import Browser
from tests.pages.states import STATES, Scene
from tests.population import consortium

STATES_APART = 9  # of about a hundred states, every ninth


@pytest.fixture(scope="module")
def browser():
    made = Browser()
    yield made
    made.close()


@pytest.fixture(scope="module")
def scene(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch, consortium(tmp_path_factory.mktemp("data")) as made:
        # The world runs relay and index at each call, so nobody has to sleep in between.
        clock = SimpleNamespace(time=time.time, monotonic=time.monotonic, sleep=lambda seconds: None)
        patch.setattr(client, "time", clock)
        made.travelled = travelled(made)  # before any state moves the clock
        yield made


def answers_of(scene: Scene, return_id: str) -> dict:
    """All that a server is asked for to verify a return, at one block."""
    get, path = scene.world.client.get, f"/api/v1/returns/{return_id}"
    chain, state = get("/api/v1/chain"), get(path)
    entries, proof = (get(f"{path}/{name}", at=state["at"]["number"]) for name in ("entries", "proof"))
    return {"chain": chain, "state": state, "at": state["at"], "entries": entries, "proof": proof}


def wrong_on_the_command_line(monkeypatch, return_id: str, answers: dict) -> list:
    """What `return-ledger verify` says of these answers."""
    path = f"/api/v1/returns/{return_id}"
    paths = {
        "/api/v1/chain": "chain",
        path: "state",
        f"{path}/entries": "entries",
        f"{path}/proof": "proof",
    }
    given = copy.deepcopy(answers)
    monkeypatch.setattr(fetch, "get", lambda server, path, **parameters: given[paths[path]])
    return verify("http://127.0.0.1", return_id).wrong


def checked(browser, return_id: str, answers: dict, items: dict | None = None) -> dict:
    """The browser's report, and what it remembers then."""
    passed = {name: answers[name] for name in ("chain", "at", "entries", "proof", "code") if name in answers}
    return browser.check(return_id, passed, items or {})


# --- True answers -----------------------------------------------------------------------------------------------------


def said(scene: Scene, tracking: bytes, code: str) -> dict:
    happened = Checkpoint(scene.world.now, CheckpointKind.IN_TRANSIT, country="PL", zone_source=ZoneSource.STATED)
    return {"tracking": tracking, "facts": pack_facts(happened), "code": pack_code(code), "document": bytes(32)}


def travelled(scene: Scene):
    """A return with a batch of checkpoints, a correction, a hand-over and a second parcel."""
    sale = scene.sale().open().approve()
    first, second = sale.send(), sale.send(carrier=3)
    others = [said(scene, secrets.token_bytes(32), "EMA") for _ in range(4)]
    batch = {"participant": 2, "checkpoints": [*others, said(scene, first, "EMC"), said(scene, first, "EMD")]}
    carrier, next_carrier = scene.world.key("carrier-eu"), scene.world.key("carrier-cn")
    scene.post("checkpoints", "recordCheckpointBatch", batch, carrier)
    wrong, right = said(scene, first, "EME"), said(scene, first, "EMF")
    scene.post("checkpoints", "recordCheckpoint", {"participant": 2, **wrong}, carrier)
    correction = {"wrongFacts": wrong["facts"], "wrongCode": wrong["code"], "reason": 202, "participant": 2, **right}
    scene.post("checkpoints", "correctCheckpoint", correction, carrier)
    custody = {"giver": 2, "giverTracking": first, "taker": 3, "takerTracking": second, "document": bytes(32)}
    scene.post("parcels", "handOver", {**custody, "occurredAt": scene.world.now}, carrier, next_carrier)
    return sale


def ruled(scene: Scene):
    """A return whose dispute was ruled on, appealed, and ruled on by a panel."""
    coat = awarded(0, accepted=1)
    sale = scene.sale().open().by_seller("declineReturn", reason=101)
    dispute = sale.dispute().open(coat, ground=DisputeGround.DECLINED).answer().evidence()
    dispute.escalate()
    scene.pass_s(DISPUTES["evidence_s"] + 1)
    dispute.rule(award(coat)).appeal(by_buyer=True)
    scene.pass_s(DISPUTES["evidence_s"] + 1)
    dispute.rule_on_appeal(award(coat))
    return sale


DRIVES = {"travelled": lambda scene: scene.travelled, "ruled": ruled} | {
    name: drive for name, (drive, _) in itertools.islice(STATES.items(), 0, None, STATES_APART)
}


@pytest.mark.parametrize("name", DRIVES)
def test_a_true_return_is_verified(name, scene, browser, monkeypatch):
    return_id = hex_of(DRIVES[name](scene).rma)
    answers = answers_of(scene, return_id)
    assert wrong_on_the_command_line(monkeypatch, return_id, answers) == []
    report = checked(browser, return_id, answers)["report"]
    assert report["wrong"] == []
    assert report["verified"]
    signatures = next(item for item in report["checked"] if item["what"] == "signatures")
    shown = [item["signed_request"] for item in answers["entries"]["entries"] if item["signed_request"]]
    expected = sum(len(signed["authorisations"]) + ("receipt" in signed) for signed in shown)
    assert int(signatures["detail"]) == expected


# --- Forged answers ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def true(scene) -> tuple[str, dict]:
    """A return with entries of many kinds, and what a server answers of it."""
    return_id = hex_of(scene.travelled.rma)
    return return_id, answers_of(scene, return_id)


def other(text: str, at: int = -1) -> str:
    """Hex with one digit changed."""
    at = at % len(text)
    return text[:at] + ("0" if text[at] != "0" else "1") + text[at + 1 :]


def is_refused(browser, monkeypatch, return_id: str, answers: dict) -> list[dict]:
    """By both; what the browser found."""
    assert wrong_on_the_command_line(monkeypatch, return_id, answers)
    made = checked(browser, return_id, answers)
    assert not made["report"]["verified"]
    assert made["items"] == {}  # what is wrong is not remembered
    return made["report"]["wrong"]


def positions(answers: dict) -> list[int]:
    """The last entry of each kind."""
    return list({entry["name"]: place for place, entry in enumerate(answers["entries"]["entries"])}.values())


def test_a_changed_entry_is_refused_and_its_history_is_named(true, browser, monkeypatch):
    return_id, answers = true
    for position in positions(answers):
        entry = answers["entries"]["entries"][position]
        for field in ("topic", "subject", "request_digest", "data"):
            forged = copy.deepcopy(answers)
            forged["entries"]["entries"][position][field] = other(entry[field])
            wrong = is_refused(browser, monkeypatch, return_id, forged)
            if field in ("request_digest", "data"):
                assert any(item["what"] == "head" and entry["subject"] in item["where"] for item in wrong), entry


def test_an_entry_that_is_left_out_or_doubled_or_moved_is_refused(true, browser, monkeypatch):
    return_id, answers = true
    entries = answers["entries"]["entries"]
    for position in positions(answers):
        changes = [entries[:position] + entries[position + 1 :], entries[: position + 1] + entries[position:]]
        if position and entries[position]["subject"] == entries[position - 1]["subject"]:
            moved = [*entries]
            moved[position - 1 : position + 1] = reversed(moved[position - 1 : position + 1])
            changes.append(moved)
        for changed in changes:
            forged = copy.deepcopy(answers)
            forged["entries"]["entries"] = changed
            is_refused(browser, monkeypatch, return_id, forged)


def test_another_request_behind_an_entry_is_refused(true, browser, monkeypatch):
    return_id, answers = true
    for position in positions(answers):
        entry = answers["entries"]["entries"][position]
        if entry["signed_request"] is None:
            continue
        for change in (no_request, other_signature, other_nonce, other_actor):
            forged = copy.deepcopy(answers)
            change(forged["entries"]["entries"][position])
            wrong = is_refused(browser, monkeypatch, return_id, forged)
            named = f"entry {position} {entry['name']}"
            assert [item["where"] for item in wrong if item["what"] == "signatures"] == [named]


def no_request(entry: dict) -> None:
    entry["signed_request"] = None


def other_signature(entry: dict) -> None:
    authorisation = entry["signed_request"]["authorisations"][-1]
    authorisation["signature"] = other(authorisation["signature"], 100)


def other_nonce(entry: dict) -> None:
    for authorisation in entry["signed_request"]["authorisations"]:
        authorisation["nonce"] = str(int(authorisation["nonce"]) ^ 1)


def other_actor(entry: dict) -> None:
    authorisation = entry["signed_request"]["authorisations"][0]
    authorisation["actor"] = other(authorisation["actor"])


def test_a_checkpoint_with_another_path_is_refused(true, browser, monkeypatch):
    return_id, answers = true
    places = [i for i, e in enumerate(answers["entries"]["entries"]) if "path" in (e["signed_request"] or {})]
    assert len(places) == 2
    for position in places:
        forged = copy.deepcopy(answers)
        path = forged["entries"]["entries"][position]["signed_request"]["path"]
        path[0] = other(path[0])
        is_refused(browser, monkeypatch, return_id, forged)


def test_another_block_is_refused(true, browser, monkeypatch):
    return_id, answers = true
    for change in ("number", "hash", "timestamp"):
        forged = copy.deepcopy(answers)
        at = forged["at"] = forged["state"]["at"]
        at[change] = other(at[change]) if change == "hash" else at[change] + 1
        is_refused(browser, monkeypatch, return_id, forged)
    for place in range(2, len(answers["proof"]["block"]["header"]), 97):
        forged = copy.deepcopy(answers)
        forged["proof"]["block"]["header"] = other(answers["proof"]["block"]["header"], place)
        is_refused(browser, monkeypatch, return_id, forged)


def proofs_in(answers: dict) -> list[list[str]]:
    """All proofs, each a list of nodes that may be changed in place."""
    shown = answers["proof"]["proofs"]
    return [p["account_proof"] for p in shown] + [head["proof"] for p in shown for head in p["heads"]]


def test_a_changed_proof_is_refused(true, browser, monkeypatch):
    return_id, answers = true
    for place, proof in enumerate(proofs_in(answers)):
        for node in range(place % 3, len(proof), 3):
            forged = copy.deepcopy(answers)
            nodes = proofs_in(forged)[place]
            nodes[node] = other(nodes[node], len(nodes[node]) // 2)
            is_refused(browser, monkeypatch, return_id, forged)
            forged = copy.deepcopy(answers)
            del proofs_in(forged)[place][node]
            is_refused(browser, monkeypatch, return_id, forged)


def test_other_code_and_other_contracts_are_refused(true, browser, monkeypatch):
    return_id, answers = true
    names = list(answers["chain"]["contracts"])
    for place, name in enumerate(names):
        forged = copy.deepcopy(answers)
        forged["proof"]["proofs"][place]["code"] = other(answers["proof"]["proofs"][place]["code"], 500)
        is_refused(browser, monkeypatch, return_id, forged)
        forged = copy.deepcopy(answers)
        forged["chain"]["contracts"][name] = answers["chain"]["contracts"][names[place - 1]]
        is_refused(browser, monkeypatch, return_id, forged)
    forged = copy.deepcopy(answers)
    forged["chain"]["chain_id"] += 1
    is_refused(browser, monkeypatch, return_id, forged)


def test_code_that_was_compared_before_need_not_be_shown_again(true, browser):
    return_id, answers = true
    seen = checked(browser, return_id, answers)["items"]
    bare = copy.deepcopy(answers)
    for shown in bare["proof"]["proofs"]:
        shown["code"] = None
    again = checked(browser, return_id, bare, seen)["report"]
    assert again["verified"]
    assert sum(item["what"] == "code" for item in again["checked"]) == len(bare["proof"]["proofs"])
    assert wrong_kinds(checked(browser, return_id, bare)) == {"code"}  # nothing was compared in this browser
    for change in ({"threshold": 9}, {"hash": "0x" + "00" * 32}, {"ledger": "another"}):
        other_memory = {
            name: json.dumps({**json.loads(text), **change}) if ".code." in name else text
            for name, text in seen.items()
        }
        assert wrong_kinds(checked(browser, return_id, bare, other_memory)) == {"code"}


def test_code_that_comes_apart_from_the_proof_is_compared_as_well(true, browser, scene):
    return_id, answers = true
    apart = copy.deepcopy(answers)
    apart["code"] = {shown["contract"]: shown.pop("code") for shown in apart["proof"]["proofs"]}
    assert apart["code"] == scene.world.client.get("/api/v1/chain/code")["code"]
    for shown in apart["proof"]["proofs"]:
        shown["code"] = None
    assert checked(browser, return_id, apart)["report"]["verified"]
    for name, code in (("ReturnLedger", other(apart["code"]["ReturnLedger"], 500)), ("PolicyBook", "0x")):
        forged = {**apart, "code": apart["code"] | {name: code}}
        assert wrong_kinds(checked(browser, return_id, forged)) == {"code"}
    del apart["code"]["ReturnLedger"]
    assert wrong_kinds(checked(browser, return_id, apart)) == {"code"}


def test_the_server_leaves_out_code_that_is_known(true, scene):
    return_id, answers = true
    first = answers["proof"]["proofs"][0]
    known = hex_of(keccak(bytes.fromhex(first["code"][2:])))
    shown = scene.world.client.get(f"/api/v1/returns/{return_id}/proof", known=known)["proofs"]
    assert shown[0]["code"] is None
    assert all(item["code"] for item in shown[1:])


def wrong_kinds(made: dict) -> set[str]:
    return {item["what"] for item in made["report"]["wrong"]}


def test_a_history_that_is_left_out_whole_is_refused(true, browser, monkeypatch):
    return_id, answers = true
    for group, subjects in answers["entries"]["subjects"].items():
        for subject in subjects:
            forged = copy.deepcopy(answers)
            forged["entries"]["subjects"][group].remove(subject)
            if group != "escrow":  # it has the return's id
                kept = [item for item in forged["entries"]["entries"] if item["subject"] != subject]
                forged["entries"]["entries"] = kept
            is_refused(browser, monkeypatch, return_id, forged)


@pytest.mark.parametrize("name", ["chain", "at", "entries", "proof"])
def test_an_answer_without_form_is_refused(name, true, browser):
    return_id, answers = true
    for nothing in ({}, [], None, "no", 7):
        assert not checked(browser, return_id, answers | {name: nothing})["report"]["verified"]


# --- What was seen before ---------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def grown(scene) -> tuple[str, dict, dict]:
    """A return, what a server answers of it, and what it answers later."""
    sale = scene.sale().open()
    return_id = hex_of(sale.rma)
    before = answers_of(scene, return_id)
    sale.approve()
    return return_id, before, answers_of(scene, return_id)


def test_a_history_that_goes_on_is_verified_again(grown, browser):
    return_id, before, after = grown
    first = checked(browser, return_id, before)
    second = checked(browser, return_id, after, first["items"])
    assert first["report"]["verified"] and second["report"]["verified"]
    assert first["items"] != second["items"]
    assert checked(browser, return_id, after, second["items"])["report"]["verified"]


def test_a_history_that_is_shorter_than_before_is_refused(grown, browser, monkeypatch):
    return_id, before, after = grown
    seen = checked(browser, return_id, after)["items"]
    assert wrong_on_the_command_line(monkeypatch, return_id, before) == []  # true once, and proven
    made = checked(browser, return_id, before, seen)
    assert [(item["what"], item["where"]) for item in made["report"]["wrong"]] == [
        ("memory", f"ReturnLedger {return_id}")
    ]
    assert made["items"] == seen


def test_a_return_that_moves_to_another_ledger_is_refused(grown, browser):
    return_id, before, _ = grown
    seen = checked(browser, return_id, before)["items"]
    place = next(name for name in seen if name.endswith(return_id) and "0x" not in name[:-66])
    seen[place] = seen[place].replace(str(before["chain"]["chain_id"]), "1")
    wrong = checked(browser, return_id, before, seen)["report"]["wrong"]
    assert [item["what"] for item in wrong] == ["ledger"]


def test_a_full_storage_makes_nothing_wrong(grown, browser):
    return_id, before, _ = grown
    made = checked(browser, return_id, before, {"full": True})
    assert made["report"]["verified"]
    assert "memory" not in [item["what"] for item in made["report"]["checked"]]
