"""A seller's whole job in a browser: he approves by one key, checks the goods, and attests the refund."""

import re

import pytest

from ledger_api.rules import awards
from ledger_api.rules.hashing import hex_of
from tests.e2e.bought import bought
from tests.e2e.browsing import chosen_by_key, inbox, joined, looks_well, sign

COAT, HATS = 0, 1  # lines of the demo's receipt
TOO_LARGE, DEFECTIVE = 3, 6  # reasons


@pytest.fixture(scope="module")
def seller(browser, server):
    page = joined(browser, server, "Nanshan")
    yield page
    assert page.complaints == []
    page.context.close()


def test_a_return_from_the_request_to_the_refund(seller, server):
    sale, order = bought(server)
    sale.open((COAT, 1, TOO_LARGE), (HATS, 2, DEFECTIVE))

    chosen_by_key(seller, server, order)
    looks_well(seller)
    seller.keyboard.press("a")
    seller.locator(".row.chosen", has_text="Approved in 5 seconds").wait_for()
    seller.keyboard.press("u")
    seller.locator(".row.chosen", has_text="Not approved").wait_for()
    assert sale.state["status"] == "requested"
    seller.keyboard.press("a")
    seller.locator(".row.chosen", has_text="Approved, and recorded").wait_for()
    assert sale.state["status"] == "approved"

    seller.goto(f"{server.url}/bench")
    seller.locator("#q:focus").wait_for()
    seller.keyboard.type(hex_of(sale.rma))
    seller.keyboard.press("Enter")
    seller.get_by_role("heading", name="Check the goods").wait_for()
    looks_well(seller)
    seller.locator(f"#loss-{COAT}").fill("20")
    sign(seller, "Record what was found", "**/bench?done=")
    looks_well(seller)
    assert [line["accepted"] for line in sale.state["lines"]] == [1, 2]
    due = sale.state["money"]["due_minor"]

    seller.goto(f"{server.url}/refunds-to-pay")
    looks_well(seller)
    seller.get_by_role("link", name=re.compile(order)).click()
    seller.get_by_role("button", name="Continue").click()
    seller.get_by_role("alert").get_by_text("Enter the reference").wait_for()
    looks_well(seller)
    seller.get_by_label("Reference of the payment").fill("TR-2026-0815")
    sign(seller, "Record the refund", "**/inbox/0x*done=pay")
    looks_well(seller)
    assert sale.state["money"]["refunded_minor"] == due
    assert seller.get_by_text("TR-2026-0815").is_visible()


def test_approved_in_part_after_a_question_on_a_phone(seller, server):
    sale, order = bought(server)
    sale.open((HATS, 2, TOO_LARGE))
    seller.set_viewport_size({"width": 360, "height": 740})
    inbox(seller, server)
    seller.get_by_role("searchbox").or_(seller.locator("#q")).first.fill(order)
    seller.get_by_role("button", name="Look").click()
    seller.get_by_role("heading", name="Answer the request").wait_for()
    looks_well(seller)
    seller.get_by_role("link", name="Ask the buyer").click()
    seller.get_by_label("Your question").fill("Were the labels cut off?")
    sign(seller, "Send the question", "**/inbox/0x*done=ask")
    assert sale.state["status"] == "questioned"
    assert seller.get_by_text("Were the labels cut off?").is_visible()
    sale.by_buyer("supplyAnswer", document=bytes([7] * 32))

    seller.goto(f"{server.url}/inbox/{hex_of(sale.rma)}/approve")
    looks_well(seller)
    seller.locator(f"#line-{HATS}").fill("1")
    seller.get_by_role("button", name="Continue").click()
    seller.get_by_role("alert").get_by_text("Choose a reason").wait_for()
    assert seller.locator(f"#line-{HATS}").input_value() == "1"
    seller.locator(f"#reason-{HATS}").select_option(label="This article cannot be returned")
    sign(seller, "Approve the return", "**/inbox/0x*done=approve")
    assert sale.state["lines"][0]["expected"] == 1


def test_a_dispute_is_answered_with_an_offer_that_the_buyer_accepts(seller, server):
    sale, _order = bought(server)
    sale.open((COAT, 1, TOO_LARGE)).approve().receive((COAT, 1), complete=True)
    lost = {"line": COAT, "accepted": 1, "rejected": 0, "diminishedBasisPoints": 5_000, "grade": 3, "disposition": 1}
    sale.inspect(lost)
    dispute = sale.dispute()
    dispute.open(awards.awarded(COAT, accepted=1))

    inbox(seller, server)
    seller.goto(f"{server.url}/inbox/{hex_of(sale.rma)}")
    seller.get_by_role("heading", name="Answer the dispute").wait_for()
    seller.get_by_role("link", name="See the dispute").click()
    looks_well(seller)
    seller.get_by_role("link", name="Answer the dispute").click()
    seller.get_by_label("Your words").fill("The coat was worn.")
    sign(seller, "Send the answer", "**/inbox/0x*done=answer")
    seller.goto(f"{server.url}/inbox/{hex_of(sale.rma)}/dispute/offer")
    looks_well(seller)
    seller.locator(f"#part-{COAT}").fill("80")
    sign(seller, "Send the offer", "**/inbox/0x*done=offer")
    offered = dispute.state["offers"][-1]
    assert offered["award"]["lines"][0]["award_basis_points"] == 8_000
    dispute.newest_offer[False] = offered["offer"]
    dispute.accept()
    assert dispute.state["ending"] == "settled"


def test_a_dispute_of_the_sellers_own_goes_to_an_arbitrator(seller, server, browser):
    sale, _order = bought(server)
    sale.open((COAT, 1, TOO_LARGE), (HATS, 1, TOO_LARGE)).approve()
    sale.receive((COAT, 1), (HATS, 1), complete=True)
    seller.goto(f"{server.url}/inbox/{hex_of(sale.rma)}")
    seller.get_by_role("link", name="I do not agree: open a dispute").click()
    looks_well(seller)
    seller.get_by_role("button", name="Continue").click()
    seller.get_by_role("alert").get_by_text("Write what happened.").wait_for()
    looks_well(seller)
    seller.get_by_text("Other goods came back than were sent").click()
    seller.get_by_label("It is about this article").first.check()
    seller.locator(f"#part-{COAT}").fill("30")
    seller.get_by_label("What happened, in your words").fill("An older coat came back.")
    sign(seller, "Open the dispute", "**/inbox/0x*done=begin")
    dispute = sale.dispute(by_buyer=False)
    dispute.number = 1
    assert dispute.state["claim"]["lines"][0]["award_basis_points"] == 3_000
    dispute.answer()
    other = joined(browser, server, "Nanshan")
    other.goto(f"{server.url}/inbox/{hex_of(sale.rma)}/dispute/escalate")
    other.get_by_role("button", name="Continue").click()
    other.get_by_text("Go on with the one that opened it.").wait_for()
    other.context.close()
    seller.goto(f"{server.url}/inbox/{hex_of(sale.rma)}/dispute")
    looks_well(seller)
    seller.get_by_role("link", name="Ask for an arbitrator").click()
    looks_well(seller)
    sign(seller, "Ask for an arbitrator", "**/inbox/0x*done=escalate")
    assert dispute.state["stage"] == "under_review"
    seller.goto(f"{server.url}/inbox/{hex_of(sale.rma)}/dispute/withdraw")
    looks_well(seller)
    seller.get_by_role("button", name="Take it back").click()
    seller.wait_for_url("**/inbox/0x*done=withdraw")
    assert dispute.state["ending"] == "withdrawn"


def test_what_else_can_be_signed_shows_its_form(seller, server):
    sale, _order = bought(server)
    sale.open()
    for act, heading in (
        ("decline", "Decline the return"),
        ("message", "Write to the buyer"),
        ("new-key", "The buyer lost"),
    ):
        seller.goto(f"{server.url}/inbox/{hex_of(sale.rma)}/{act}")
        seller.get_by_role("heading", name=heading).wait_for()
        looks_well(seller)
    seller.goto(f"{server.url}/inbox/{hex_of(sale.rma)}/pay")
    seller.get_by_role("heading", name="This has been done, or is not waited for").wait_for()
    looks_well(seller)


def test_terms_are_changed_after_reading_what_buyers_will_read(seller, server):
    seller.goto(f"{server.url}/terms")
    looks_well(seller)
    seller.get_by_role("link", name="Change these terms 1").click()
    seller.locator("#window_s").fill("45")
    seller.locator("#dispute_s").fill("60")
    seller.get_by_role("button", name="See what buyers will read").click()
    seller.get_by_role("alert").get_by_text("This may not be longer").wait_for()
    assert seller.locator("#window_s").input_value() == "45"
    looks_well(seller)
    seller.locator("#dispute_s").fill("10")
    seller.locator("#new-country").select_option("FR")
    seller.get_by_role("button", name="Add this country").click()
    seller.locator("[name=method-FR-2]").check()
    seller.get_by_role("button", name="See what buyers will read").click()
    seller.get_by_text("You can ask for 45 days after delivery.").wait_for()
    assert "France: pick-up at home." in seller.locator("main").inner_text()
    seller.get_by_role("button", name="Publish these terms").click()
    seller.wait_for_url("**/terms")
    assert seller.get_by_role("heading", name=re.compile("Terms 1, version 2")).is_visible()


def test_a_sale_that_is_entered_by_hand_gives_a_link_and_its_code(seller, server, browser, tmp_path):
    import zxingcpp
    from PIL import Image

    seller.goto(f"{server.url}/sales/new")
    looks_well(seller)
    for name, value in (("order", "HAND-1"), ("article-0", "Blue tent"), ("net-0", "100"), ("tax-0", "23,00")):
        seller.locator(f"#{name}").fill(value)
    seller.get_by_role("button", name="Continue").click()
    seller.get_by_text("123.00 EUR in all").wait_for()
    looks_well(seller)
    seller.get_by_role("button", name="Sign the sale").click()
    seller.get_by_role("heading", name="The link for the buyer").wait_for()
    looks_well(seller)
    link = seller.locator("#link").input_value()
    seller.locator("#qr").screenshot(path=tmp_path / "code.png")
    assert [found.text for found in zxingcpp.read_barcodes(Image.open(tmp_path / "code.png"))] == [link]
    buyer = browser.new_context(locale="en-GB").new_page()
    buyer.goto(link)
    buyer.get_by_text("Blue tent").wait_for()
    buyer.context.close()


def test_an_inspector_checks_what_he_was_named_for_and_sees_no_money_to_pay(browser, server):
    sale, order = bought(server)
    sale.open((COAT, 1, TOO_LARGE)).approve(inspector=4).receive((COAT, 1), complete=True)
    inspector = joined(browser, server, "Bao")
    inspector.goto(f"{server.url}/bench")
    looks_well(inspector)
    inspector.get_by_role("link", name=re.compile(order)).click()
    inspector.locator(f"#accepted-{COAT}").fill("0")
    inspector.locator(f"#rejected-{COAT}").fill("1")
    sign(inspector, "Record what was found", "**/bench?done=")
    assert sale.state["lines"][0]["rejected"] == 1
    inspector.goto(f"{server.url}/inbox/{hex_of(sale.rma)}/pay")
    inspector.get_by_role("heading", name="This is not for you to see").wait_for()
    assert inspector.complaints == []
    inspector.context.close()
