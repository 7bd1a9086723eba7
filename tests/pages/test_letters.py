"""Which letters a buyer gets: each once, at what concerns him, in the language of his sale."""

import pytest

from ledger_api.documents.sales import Article, Contact, Particulars
from ledger_api.documents.sales import Sale as KeptSale
from ledger_api.pages.letters import paid
from ledger_api.rules.hashing import hex_of
from tests.pages.states import COAT, DAY_S, KIND

ZERO = "0x" + "0" * 64


@pytest.fixture
def letters(scene, monkeypatch):
    """What is written, as (to, subject, text, reference)."""
    ledger, written = scene.world.ledger, {}
    ledger.url = "https://ledger.example"

    def send(to, subject, text, reference):
        new = reference not in written
        written.setdefault(reference, (to, subject, text))
        return new

    monkeypatch.setattr(ledger.mailer, "send", send)
    return written


def keep(scene, sale, language="en", email="zofia@example.org"):
    articles = (Article("Winter coat"), Article("Wool hat"))
    known = Particulars("NO-1", articles, Contact(name="Zofia", email=email), language)
    scene.world.ledger.sales.keep(KeptSale(sale.receipt, 1, bytes(20), {}, known, ZERO))
    return sale


def turn(scene, reminds=False) -> None:
    scene.world.ledger.letters.turn(scene.world.now, reminds)


def subjects(letters) -> list[str]:
    return [subject for _, subject, _ in letters.values()]


def test_a_request_is_acknowledged_once_with_content_and_time(scene, letters):
    sale = keep(scene, scene.sale(KIND)).open(COAT)
    for _ in range(2):
        scene.world.ledger.letters.changed({sale.rma})
        turn(scene)
    ((to, subject, text),) = letters.values()
    assert to == "zofia@example.org"
    assert subject == "Your request to return items of order NO-1 is recorded"
    assert "1 piece of Winter coat. Why: Too large" in text
    assert f"https://ledger.example/returns/{hex_of(sale.rma)}" in text


def test_his_turn_is_told_once_and_reminded_of_once(scene, letters):
    sale = keep(scene, scene.sale(KIND)).open(COAT).approve()
    turn(scene)
    assert subjects(letters)[1:] == ["Nanshan Outdoor has approved your return."]
    scene.pass_s(sale.state["turn"]["until"] - scene.world.now - DAY_S)
    for _ in range(2):
        turn(scene, reminds=True)
    assert [s for s in subjects(letters) if s.startswith("Reminder: ")] == ["Reminder: 24 hours left"]


def test_money_is_told_in_the_language_of_the_sale(scene, letters):
    sale = keep(scene, scene.accepted(COAT), "de").pay()
    turn(scene)
    assert sale.state["refunds"]
    assert any("124,50 EUR" in subject for subject in subjects(letters))


def test_one_letter_tells_of_the_money_and_that_it_is_his_turn(scene, letters):
    sale = keep(scene, scene.accepted(COAT))
    turn(scene)
    before = set(letters)
    sale.pay()
    for _ in range(2):
        scene.world.ledger.letters.changed({sale.rma})
        turn(scene)
    ((_to, subject, text),) = [letters[reference] for reference in letters if reference not in before]
    assert subject == "Nanshan Outdoor has paid 124.50 EUR"
    assert "say whether all is well" in text
    scene.pass_s(sale.state["turn"]["until"] - scene.world.now - DAY_S)
    turn(scene, reminds=True)
    mine = [letter[1] for reference, letter in letters.items() if hex_of(sale.rma) in reference]
    assert mine[-2:] == ["Nanshan Outdoor has paid 124.50 EUR", "Reminder: 24 hours left"]


def test_a_letter_about_money_says_no_deadline_that_is_over(scene):
    state = scene.accepted(COAT).pay().state
    until, refund = state["turn"]["until"], state["refunds"][-1]
    in_time, late = (paid(state, refund, str, now, "https://ledger.example")[1] for now in (until - DAY_S, until))
    assert "You have until" in in_time
    assert "You have until" not in late


def test_nobody_is_written_to_without_an_address(scene, letters):
    keep(scene, scene.sale(KIND), email="").open(COAT)
    turn(scene)
    assert not letters
