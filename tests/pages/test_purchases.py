"""What a buyer sees of his purchase, and what he is told before he asks: sums, windows, refusals in words."""

import html
import secrets

import pytest

from ledger_api.pages.offered import close_window, offered
from ledger_api.rules.awards import part_of, seed_hash
from ledger_api.rules.hashing import hex_of
from ledger_api.rules.ids import return_id
from ledger_api.rules.purchase import purchase_of
from ledger_api.rules.signatures import P256Key
from ledger_api.vocabulary import ReturnKind
from tests.acting import DEFECTIVE, TOO_LARGE, Dispute, inspected
from tests.pages.signing import ORIGIN, kept, recorded, signed_of, words_of
from tests.pages.states import COAT, DAY_S, FEES, KIND


def as_buyer(scene, sale):
    """A client that is signed in with the sale's key."""
    http = scene.world.app.test_client()
    http.set_cookie("session", scene.world.ledger.access.start_session((sale.buyer.address,)))
    return http


def asked(scene, sale, **form):
    return as_buyer(scene, sale).post(f"/orders/{hex_of(sale.receipt)}/return", data=form, headers=ORIGIN)


@pytest.fixture(scope="module")
def sale(scene):
    return scene.sale(KIND)


def test_an_order_is_for_its_buyer_and_his_seller_alone(scene, sale):
    path = f"/orders/{hex_of(sale.receipt)}"
    assert scene.world.app.test_client().get(path).status_code == 302
    assert as_buyer(scene, scene.sale(KIND)).get(path).status_code == 403
    assert "Return something" in words_of(as_buyer(scene, sale).get(path))
    assert path in as_buyer(scene, sale).get("/orders").get_data(as_text=True)


def test_who_bought_nothing_is_told_how_an_order_gets_here(scene):
    nobody = scene.world.sale(series=KIND)
    nobody.buyer = nobody.make_key()
    assert "the link that its seller sends you" in words_of(as_buyer(scene, nobody).get("/orders"))


def test_a_form_without_answers_says_at_each_field_what_to_do(scene, sale):
    answer = asked(scene, sale, **{"pieces-0": "2", "pieces-1": "1"})
    words = words_of(answer)
    assert answer.status_code == 422
    needed = "Choose by which right you return.", "from 0 to 1", "Choose why it goes back.", "Choose what you want"
    for wanted in needed:
        assert wanted in words
    assert 'value="2"' in answer.get_data(as_text=True)


def test_a_withdrawal_needs_no_reason_and_is_for_money(scene, sale):
    answer = asked(scene, sale, kind="withdrawal", **{"pieces-0": "1", "resolution": "2"})
    (item,) = signed_of(answer)["requests"]
    assert item["action"] == "openReturn"
    assert (item["request"]["kind"], item["request"]["resolution"]) == (ReturnKind.WITHDRAWAL, 1)
    assert item["request"]["lines"] == [{"line": 0, "quantity": 1, "reason": 1}]
    assert "Confirm the withdrawal" in words_of(answer)


def test_the_sum_before_asking_is_what_is_due_in_the_end(scene):
    """By the terms with a restocking fee, of some of the pieces and of all."""
    for lines in (((0, 1, TOO_LARGE),), ((1, 1, DEFECTIVE),), ((0, 1, TOO_LARGE), (1, 2, DEFECTIVE))):
        sale = scene.sale(FEES)
        form = {f"pieces-{n}": str(q) for n, q, _ in lines} | {f"reason-{n}": str(r) for n, _, r in lines}
        answer = asked(scene, sale, kind="terms", resolution="1", **form)
        sale.open(*lines).approve().receive(*((n, q) for n, q, _ in lines))
        sale.inspect(*(inspected(n, accepted=q) for n, q, _ in lines))
        due = sale.state["money"]["due_minor"]
        assert f"You get back {due // 100}.{due % 100:02d} EUR" in words_of(answer)


def test_words_go_along_as_a_message_of_the_return_that_is_opened(scene, sale):
    form = {"pieces-0": "1", "kind": "withdrawal"}
    answer = asked(scene, sale, said="It itches.", **form)
    besides = signed_of(answer)["besides"]
    assert (besides["said"], besides["message"]["action"]) == ("It itches.", "sendMessage")
    assert besides["message"]["request"]["returnId"] == besides["return_id"] == hex_of(return_id(sale.receipt, 1))
    assert besides["form"] == f"/returns/{besides['return_id']}/my/message"
    assert "It itches." in words_of(answer)
    assert "Write at most 4000 characters." in words_of(asked(scene, sale, said="x" * 4_001, **form))


def test_what_is_left_counts_pieces_of_other_returns(scene):
    sale = scene.sale(KIND).open((1, 1, TOO_LARGE))
    answer = asked(scene, sale, kind="terms", resolution="1", **{"pieces-1": "2", "reason-1": str(TOO_LARGE)})
    assert "Enter a whole number from 0 to 1." in words_of(answer)
    sale.by_buyer("cancelReturn")
    answer = asked(scene, sale, kind="terms", resolution="1", **{"pieces-1": "2", "reason-1": str(TOO_LARGE)})
    assert signed_of(answer)["requests"][0]["request"]["number"] == 2


def test_after_the_legal_period_no_withdrawal_is_offered_and_lateness_is_told(scene):
    sale = scene.sale(KIND)
    now = scene.world.now
    sale.act("stateDelivery", sale.buyer, receipt=sale.receipt, deliveredAt=now - 40 * DAY_S)
    with scene.world.ledger.queries.view() as look:
        purchase = purchase_of(sale.receipt, look.entries_of)
    assert purchase.ends_at(ReturnKind.GOODWILL) == now - 10 * DAY_S
    form = {"pieces-0": "1", "reason-0": str(TOO_LARGE), "resolution": "1"}
    assert "The time to withdraw is over." in words_of(asked(scene, sale, kind="withdrawal", **form))
    assert "may decline for that alone" in words_of(asked(scene, sale, kind="terms", **form))


def test_a_buyer_closes_early_and_is_told_what_that_means(scene):
    sale = scene.approved(COAT).receive(complete=True).inspect()
    path = f"/returns/{hex_of(sale.rma)}"
    assert "Close the return for good" in words_of(as_buyer(scene, sale).get(path))
    answer = as_buyer(scene, sale).get(f"{path}/my/close")
    words = words_of(answer)
    for wanted in (
        "Paid back to you so far 0.00 EUR",
        "Due to you, and not paid 124.50 EUR",
        "owes you nothing further",
    ):
        assert wanted in words
    (item,) = signed_of(answer)["requests"]
    assert item["action"] == "closeReturn"
    sale.by_buyer(item["action"])
    assert sale.state["status"] == "closed"
    page = words_of(as_buyer(scene, sale).get(path))
    assert "Close the return for good" not in page
    assert "This cannot be done now" in words_of(as_buyer(scene, sale).get(f"{path}/my/close"))


def test_before_the_goods_are_sent_taking_back_is_named_as_the_better_way(scene):
    sale = scene.sale(KIND).open(COAT)
    assert "take the return back instead" in words_of(
        as_buyer(scene, sale).get(f"/returns/{hex_of(sale.rma)}/my/close")
    )


def test_while_the_seller_may_dispute_what_his_silence_did_nothing_is_closed(scene):
    sale = scene.silent(scene.silent(scene.approved(COAT).receive(complete=True)))
    state = sale.state
    until = close_window(state)
    assert state["enforcements"][-1]["recorded_at"] < until
    assert "close" not in offered(state, until - 1)
    assert "close" in offered(state, until)


def test_the_acknowledgement_holds_content_and_time(scene):
    sale = scene.withdrawn(COAT)
    words = words_of(as_buyer(scene, sale).get(f"/returns/{hex_of(sale.rma)}/acknowledgement"))
    assert "Your withdrawal is recorded" in words
    assert "UTC" in words
    assert hex_of(sale.rma) in words
    assert scene.world.app.test_client().get(f"/returns/{hex_of(sale.rma)}/acknowledgement").status_code == 302


def test_a_stranger_sees_no_act_of_the_buyer(scene):
    sale = scene.sale(KIND).open()
    path = f"/returns/{hex_of(sale.rma)}"
    assert "Take the return back" not in words_of(scene.world.app.test_client().get(path))
    assert "Take the return back" in words_of(as_buyer(scene, sale).get(path))


def test_cancelling_is_checked_and_signed(scene):
    sale = scene.sale(KIND).open()
    path = f"/returns/{hex_of(sale.rma)}/my/cancel"
    signed = signed_of(as_buyer(scene, sale).get(path))
    assert signed["requests"] == [{"action": "cancelReturn", "request": {"returnId": hex_of(sale.rma)}}]
    assert signed["then"] == f"/returns/{hex_of(sale.rma)}"
    assert as_buyer(scene, scene.sale(KIND)).get(path).status_code == 403
    sale.by_buyer("cancelReturn")
    assert "the return has gone on meanwhile" in words_of(as_buyer(scene, sale).get(path))


def test_a_parcel_needs_carrier_and_number(scene):
    sale = scene.sale(KIND).open().approve()
    path = f"/returns/{hex_of(sale.rma)}/my/parcel"
    http = as_buyer(scene, sale)
    words = words_of(http.post(path, data={}, headers=ORIGIN))
    assert "Choose the carrier." in words
    assert "Enter the number of the parcel." in words
    signed = signed_of(http.post(path, data={"carrier": "2", "number": "RR123456785PL"}, headers=ORIGIN))
    parcel = scene.world.ledger.parcel_book.find(2, "RR123456785PL")
    assert signed["requests"][0]["request"]["tracking"] == hex_of(parcel.tracking)
    assert signed["requests"][0]["request"]["participant"] == 0
    act(scene, sale, "parcel", carrier="2", number="RR123456785PL")
    code = http.get(f"/returns/{hex_of(sale.rma)}/drop-off-code.pdf")
    assert code.data.startswith(b"%PDF")
    assert "Code for the drop-off point (PDF)" in words_of(http.get(f"/returns/{hex_of(sale.rma)}"))


# --- What the pages would have signed is signed and recorded ----------------------------------------------------------


def act(scene, sale, name: str, **form):
    """Fills in a form of the buyer, signs what its check page holds, and waits until all of it is recorded."""
    path, http = f"/returns/{hex_of(sale.rma)}/my/{name}", as_buyer(scene, sale)
    answer = http.post(path, data=form, headers=ORIGIN) if form else http.get(path)
    return recorded(scene, answer, sale.buyer)


def lot(seed: bytes) -> str:
    return hex_of(seed_hash(seed))


def opened_dispute(scene, seed: bytes):
    """The coat was worn, as the inspector says; the buyer claims its full price."""
    sale = scene.approved(COAT).receive((0, 1), complete=True)
    sale.inspect(inspected(0, accepted=1, diminished=4_000, grade=3))
    said = kept(scene, sale, "It came like that.")
    form = {"ground": "3", "lines": ["0"], "share": "100", "extra": "4,90", "seed": lot(seed)}
    return sale, act(scene, sale, "dispute", said="It came like that.", **{"said-kept": said}, **form)


def test_a_dispute_is_opened_for_what_the_check_page_says(scene):
    sale, page = opened_dispute(scene, bytes(31) + b"\1")
    (dispute,) = sale.state["disputes"]
    due = dispute["effects"]["claim_minor"]
    assert dispute["claim"]["extra_minor"] == 490
    assert f"{due // 100}.{due % 100:02d} EUR" in words_of(page)


def test_a_buyer_proposes_shows_asks_for_an_arbitrator_and_takes_it_back(scene):
    seed = secrets.token_bytes(32)
    sale, _ = opened_dispute(scene, seed)
    dispute = Dispute(sale)
    dispute.answer()
    act(scene, sale, "offer", share="80", extra="")
    assert sale.state["disputes"][0]["offers"][0]["award"]["lines"][0]["award_basis_points"] == 8_000
    photo = kept(scene, sale, "The label is still on it.")
    act(scene, sale, "evidence", kind="10", said="The label is still on it.", **{"said-kept": photo})
    act(scene, sale, "escalate", seed=hex_of(seed))
    assert sale.state["disputes"][0]["stage"] == "under_review"
    act(scene, sale, "withdraw")
    assert sale.state["disputes"][0]["ending"] == "withdrawn"


def test_a_buyer_accepts_what_the_seller_proposes(scene):
    sale, _ = opened_dispute(scene, secrets.token_bytes(32))
    dispute = Dispute(sale)
    dispute.answer().offer(part_of(dispute.claim, 6_000))
    words = words_of(act(scene, sale, "settle"))
    assert "60 %" in words
    assert sale.state["disputes"][0]["ending"] == "settled"


def test_a_question_is_answered_and_a_message_sent(scene):
    sale = scene.sale(KIND).open().by_seller("askBuyer", question=secrets.token_bytes(32))
    assert "Write your answer." in words_of(
        as_buyer(scene, sale).post(f"/returns/{hex_of(sale.rma)}/my/answer", data={"said": ""}, headers=ORIGIN)
    )
    act(scene, sale, "answer", said="In May.", **{"said-kept": kept(scene, sale, "In May.")})
    assert sale.state["status"] == "requested"
    act(scene, sale, "message", said="Hello", **{"said-kept": kept(scene, sale, "Hello")})
    shown = words_of(as_buyer(scene, sale).get(f"/returns/{hex_of(sale.rma)}"))
    assert "In May." in shown
    assert "Hello" in shown
    assert "Hello" not in words_of(scene.world.app.test_client().get(f"/returns/{hex_of(sale.rma)}"))


def test_a_payment_is_contested_or_confirmed(scene):
    sale = scene.accepted(COAT).pay()
    act(scene, sale, "contest", said="Nothing came.", **{"said-kept": kept(scene, sale, "Nothing came.")})
    assert sale.state["contested"]
    sale = scene.accepted(COAT).pay()
    act(scene, sale, "confirm")
    assert sale.state["status"] == "closed"


def test_who_lost_his_device_takes_over_after_the_waiting_time(scene):
    sale = scene.sale(KIND).open()
    receipt, new = hex_of(sale.receipt), P256Key()
    http = scene.world.app.test_client()
    assert "Use this device" in words_of(http.get(f"/recover/{receipt}"))
    http.set_cookie("session", scene.world.ledger.access.start_session((new.address,)))
    link = f"/recover/{receipt}/propose?key={hex_of(new.address)}"
    assert link in html.unescape(http.get(f"/recover/{receipt}").get_data(as_text=True))
    assert http.get(link).status_code == 403
    seller = scene.world.app.test_client()
    seller.set_cookie("session", scene.world.ledger.access.start_session((scene.world.key("seller").address,)))
    proposed = signed_of(seller.get(link))["requests"][0]["request"]
    assert proposed == {"receipt": receipt, "buyer": hex_of(new.address)}
    sale.act("proposeBuyerKey", sale.key("seller"), receipt=sale.receipt, buyer=new.address)
    assert "has proposed this device" in words_of(http.get(f"/recover/{receipt}"))
    assert "That was not me: object" in words_of(as_buyer(scene, sale).get(f"/returns/{hex_of(sale.rma)}"))
    act(scene, sale, "veto")
    assert sale.state["new_buyer_key"] is None
