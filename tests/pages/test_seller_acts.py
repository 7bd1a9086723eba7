"""What a seller's pages would have signed is signed, and the contracts take it."""

import secrets

import pytest

from ledger_api.demo import DISPUTES
from ledger_api.rules.awards import awarded, part_of, seed_hash
from ledger_api.rules.hashing import hex_of
from ledger_api.rules.signatures import P256Key
from tests.acting import Dispute, inspected
from tests.pages.signing import ORIGIN, kept, recorded, words_of
from tests.pages.states import BOTH, COAT

SELLER = 1


@pytest.fixture(scope="module")
def browser(scene):
    """Of somebody who works for the seller."""
    client = scene.world.app.test_client()
    client.set_cookie("session", scene.world.ledger.access.start_session((scene.world.key("seller").address,)))
    return client


@pytest.fixture(scope="module")
def act(scene, browser):
    """Fills in a form of the seller's, and signs what its check page holds; that page."""

    def filled(sale, name: str, said: str = "", **form):
        if said:
            form |= {"words": said, "statement": kept(scene, sale, said, SELLER)}
        path = f"/bench/{hex_of(sale.rma)}" if name == "bench" else f"/inbox/{hex_of(sale.rma)}/{name}"
        answer = browser.post(path, data=form, headers=ORIGIN) if form else browser.get(path)
        return recorded(scene, answer, scene.world.key("seller"))

    return filled


def page(browser, sale, name: str = "") -> str:
    return words_of(browser.get(f"/inbox/{hex_of(sale.rma)}{name}"))


# --- A dispute of his own ---------------------------------------------------------------------------------------------

CLAIM = {"ground": "6", "lines": ["0"], "accepted-0": "1", "rejected-0": "0", "part-0": "30"}


def opened(scene, act, seed: bytes, **form):
    """All was accepted by silence; the seller claims that the coat was another one."""
    sale = scene.silent(scene.approved(*BOTH).receive((0, 1), (1, 2), complete=True))
    given = CLAIM | {"seed": hex_of(seed_hash(seed))} | form
    return sale, act(sale, "dispute/open", "It is another coat.", **given)


def test_a_seller_opens_a_dispute_for_what_the_check_page_says(scene, act, browser):
    sale, checked = opened(scene, act, secrets.token_bytes(32))
    (dispute,) = sale.state["disputes"]
    assert (dispute["opened_by"], dispute["ground"]) == ("seller", "wrong_goods")
    assert dispute["claim"]["lines"][0]["award_basis_points"] == 3_000
    due = dispute["effects"]["claim_minor"]
    assert f"Then due to the buyer {due // 100}.{due % 100:02d} EUR" in words_of(checked)
    assert "open a dispute" not in page(browser, sale)
    assert "Take the dispute back" in page(browser, sale, "/dispute")


def test_a_seller_asks_for_an_arbitrator_and_takes_it_back(scene, act, browser):
    seed = secrets.token_bytes(32)
    sale, _ = opened(scene, act, seed)
    assert browser.get(f"/inbox/{hex_of(sale.rma)}/dispute/escalate").status_code == 409
    Dispute(sale, by_buyer=False).answer()
    assert "Agree, or ask for an arbitrator" in page(browser, sale)
    act(sale, "dispute/escalate", seed=hex_of(seed))
    assert sale.state["disputes"][0]["stage"] == "under_review"
    act(sale, "dispute/withdraw")
    assert sale.state["disputes"][0]["ending"] == "withdrawn"
    assert browser.get(f"/inbox/{hex_of(sale.rma)}/dispute/withdraw").status_code == 409


def test_pieces_that_never_came_are_claimed_for_nothing(scene, act):
    sale = scene.approved(*BOTH)
    sale.send()
    given = {"ground": "5", "lines": ["1"], "accepted-1": "0", "rejected-1": "0", "part-1": "0"}
    act(sale, "dispute/open", "Nothing came.", seed=hex_of(bytes(31) + b"\2"), **given)
    (line,) = sale.state["disputes"][0]["claim"]["lines"]
    assert (line["accepted"], line["rejected"], line["awaited"]) == (0, 0, 0)


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("ground", "2", "Choose what it is about."),
        ("lines", "7", "Choose at least one article."),
        ("accepted-0", "0", "Enter 1."),
        ("rejected-0", "1", "more than the 1 that were to come back"),
        ("part-0", "", "Enter a percentage from 0 to 100."),
        ("statement", "", "Write what happened."),
        ("statement", "0x" + "11" * 32, "This could not be kept here."),
        ("seed", "0x11", "This needs JavaScript"),
    ],
)
def test_what_is_wrong_with_a_claim_is_said_at_its_field(scene, browser, accepted, field, value, words):
    statement = kept(scene, accepted, "No.", SELLER)
    form = CLAIM | {"seed": hex_of(bytes(32)), "words": "No.", "statement": statement} | {field: value}
    answer = browser.post(f"/inbox/{hex_of(accepted.rma)}/dispute/open", data=form, headers=ORIGIN)
    assert answer.status_code == 422
    assert words in words_of(answer)
    assert "No." in words_of(answer)


@pytest.fixture(scope="module")
def accepted(scene):
    return scene.accepted()


@pytest.mark.parametrize("state", ["asked", "closed", "disputed"])
def test_where_nothing_can_be_contested_no_dispute_is_offered(scene, browser, state):
    sale = scene.sale().open() if state == "asked" else scene.accepted()
    if state == "closed":
        sale.pay().by_buyer("confirmOutcome", arrived=True, evidence=bytes(32))
    if state == "disputed":
        sale.dispute().open(extra_minor=100)
    assert "open a dispute" not in page(browser, sale)
    assert browser.get(f"/inbox/{hex_of(sale.rma)}/dispute/open").status_code == 409


# --- Answers ----------------------------------------------------------------------------------------------------------


def test_a_return_is_declined_with_a_reason(scene, act):
    sale = scene.sale().open()
    act(sale, "decline", reason="101")
    assert (sale.state["status"], sale.state["decline_reason"]) == ("declined", 101)


def test_goods_that_the_buyer_keeps_are_approved(scene, act):
    sale = scene.sale().open()
    checked = act(sale, "approve", inspector="0", returnless="1")
    assert "The buyer keeps the goods" in words_of(checked)
    assert sale.state["returnless"]
    assert sale.state["money"]["due_minor"]


def test_a_part_is_approved_with_its_reason(scene, act):
    sale = scene.sale().open(*BOTH)
    act(sale, "approve", inspector="4", **{"line-0": "1", "line-1": "1", "reason-1": "104"})
    assert [line["expected"] for line in sale.state["lines"]] == [1, 1]
    assert sale.state["lines"][1]["exception"] == 104


def test_a_question_and_a_message_are_sent(scene, act, browser):
    sale = scene.sale().open()
    for name, field, text in (("message", "message", "We look at it."), ("ask", "question", "Was it worn?")):
        act(sale, name, **{field: kept(scene, sale, text, SELLER), "words": text})
        assert text in page(browser, sale)
    assert sale.state["status"] == "questioned"


def test_an_inspector_is_named_once(scene, act, browser):
    sale = scene.sale().open().approve(inspector=0)
    act(sale, "inspector", inspector="4")
    assert sale.state["inspector"] == 4
    assert browser.get(f"/inbox/{hex_of(sale.rma)}/inspector").status_code == 409


def test_a_new_device_of_the_buyer_is_proposed(scene, act):
    sale = scene.sale().open()
    new = P256Key().address
    act(sale, "new-key", address=hex_of(new))
    assert sale.state["new_buyer_key"]["key"] == hex_of(new)


# --- Goods and money --------------------------------------------------------------------------------------------------


def test_goods_are_received_then_checked(scene, act):
    sale = scene.sale().open(*BOTH).approve(inspector=0)
    act(sale, "receive", **{"line-0": "1", "extra": "1"})
    assert sale.state["lines"][0]["received"] == 1
    found = {"accepted-0": "1", "rejected-0": "0", "loss-0": "12,5", "grade-0": "2", "disposition-0": "1"}
    found |= {"accepted-1": "1", "rejected-1": "1", "loss-1": "0", "grade-1": "1", "disposition-1": "0"}
    checked = act(sale, "bench", **found)
    due = sale.state["money"]["due_minor"]
    assert f"{due // 100}.{due % 100:02d} EUR" in words_of(checked)
    assert [line["accepted"] for line in sale.state["lines"]] == [1, 1]


def test_photos_belong_to_the_line_that_they_show(scene, act):
    sale = scene.approved(*BOTH)
    torn = kept(scene, sale, "a sleeve that is torn", SELLER)
    found = {"accepted-0": "1", "loss-0": "40", "grade-0": "4", "accepted-1": "2", "loss-1": "0", "grade-1": "1"}
    checked = act(sale, "bench", **found, **{"evidence-0": torn})
    assert words_of(checked).count("With photos.") == 1
    shown = [entry.values for entry in sale.entries() if entry.name == "GoodsInspected"]
    assert [(hex_of(item["evidence"]), [line["line"] for line in item["lines"]]) for item in shown] == [
        (torn, [0]),
        (hex_of(bytes(32)), [1]),
    ]


def test_a_refund_is_attested_and_proved_when_it_is_contested(scene, act):
    sale = scene.accepted()
    due = sale.state["money"]["due_minor"]
    act(sale, "pay", amount=f"{due // 100},{due % 100:02d}", payment=kept(scene, sale, "TR-1", SELLER), words="TR-1")
    assert sale.state["money"]["refunded_minor"] == due
    sale.by_buyer("confirmOutcome", arrived=False, evidence=secrets.token_bytes(32))
    act(sale, "prove", evidence=kept(scene, sale, "the bank's confirmation", SELLER))
    assert sale.state["turn"]["act"] == "confirm"


def test_goods_that_were_not_accepted_are_sent_back(scene, act):
    sale = scene.rejected()
    act(sale, "send", purpose="goods_given_back", carrier="2", number="RR123456785PL")
    assert sale.state["parcels"][-1]["purpose"] == "goods_given_back"


# --- A dispute of the buyer's -----------------------------------------------------------------------------------------


@pytest.fixture
def disputed(scene):
    """The coat was worn, as the inspector says; the buyer claims its full price."""
    sale = scene.approved(COAT).receive((0, 1), complete=True)
    sale.inspect(inspected(0, accepted=1, diminished=4_000, grade=3))
    return sale.dispute().open(awarded(0, accepted=1))


def test_a_dispute_is_answered_and_evidence_is_brought(scene, act, disputed):
    act(disputed.sale, "dispute/answer", "It was worn.", seed=hex_of(secrets.token_bytes(32)))
    assert disputed.state["stage"] == "answered"
    photo = kept(scene, disputed.sale, "the scratch", SELLER)
    act(disputed.sale, "dispute/evidence", kind="11", document=photo)
    assert disputed.state["evidence"][0]["document"] == photo
    act(disputed.sale, "dispute/offer", **{"part-0": "70"})
    assert disputed.state["offers"][0]["award"]["lines"][0]["award_basis_points"] == 7_000


@pytest.mark.parametrize("offered", [True, False])
def test_the_seller_agrees_with_what_the_buyer_offers_or_claims(act, disputed, offered):
    disputed.answer()
    if offered:
        disputed.offer(part_of(disputed.claim, 9_000), by_buyer=True)
    checked = act(disputed.sale, "dispute/accept")
    assert disputed.state["ending"] == "settled"
    due = disputed.sale.state["money"]["due_minor"]
    assert f"{due // 100}.{due % 100:02d} EUR" in words_of(checked)


def test_a_ruling_is_appealed_against(scene, act, disputed):
    disputed.answer().escalate()
    scene.pass_s(DISPUTES["evidence_s"] + 1)
    scene.world.turn()
    disputed.rule(disputed.claim)
    act(disputed.sale, "dispute/appeal", "The photo shows it.")
    assert disputed.state["stage"] == "appealed"
