"""What else a seller signs: a no, goods that the buyer keeps, an inspector, a key, a proof, an agreement, an appeal."""

import io

import pytest
from PIL import Image

from ledger_api.rules import awards
from ledger_api.rules.entries import from_json
from ledger_api.rules.hashing import hex_of
from ledger_api.rules.signatures import P256Key
from tests.acting import inspected
from tests.e2e.bought import bought, ruled
from tests.e2e.browsing import chosen_by_key, joined, looks_well, sign

COAT = 0  # line of the demo's receipt
INSPECTOR = 4
SERIES = 83


@pytest.fixture(scope="module")
def seller(browser, server):
    """On a phone."""
    page = joined(browser, server, "Nanshan", width=360)
    yield page
    assert page.complaints == []
    page.context.close()


def open_return(page, server, sale) -> None:
    page.goto(f"{server.url}/inbox/{hex_of(sale.rma)}")
    page.locator("h1").wait_for()


def test_a_request_is_declined_by_a_key_and_a_reason(seller, server):
    sale, order = bought(server)
    sale.open()
    chosen_by_key(seller, server, order)
    seller.keyboard.press("d")
    seller.get_by_role("heading", name="Decline the return").wait_for()
    seller.get_by_role("button", name="Continue").click()
    seller.get_by_role("alert").get_by_text("Choose a reason").wait_for()
    seller.get_by_label("The reason").select_option(label="This article cannot be returned")
    sign(seller, "Decline the return", "**/inbox/0x*done=decline")
    looks_well(seller)
    assert sale.state["status"] == "declined"


def test_the_buyer_keeps_the_goods_and_is_owed_the_refund(seller, server):
    sale, _order = bought(server)
    sale.open()
    open_return(seller, server, sale)
    seller.get_by_role("link", name="Approve", exact=True).click()
    seller.get_by_label("The buyer keeps the goods").check()
    sign(seller, "Approve the return", "**/inbox/0x*done=approve")
    looks_well(seller)
    state = sale.state
    assert (state["status"], state["returnless"], state["turn"]["act"]) == ("approved", True, "refund")


def test_an_inspector_is_named_after_the_approval(seller, server):
    sale, _order = bought(server)
    sale.open().approve(inspector=0)
    open_return(seller, server, sale)
    seller.get_by_role("link", name="Name an inspector").click()
    looks_well(seller)
    seller.get_by_label("Who checks the goods").select_option(label="Bao'an Returns Centre")
    sign(seller, "Name the inspector", "**/inbox/0x*done=name_inspector")
    assert sale.state["inspector"] == INSPECTOR
    assert seller.get_by_role("link", name="Name an inspector").count() == 0


def test_a_buyer_goes_on_from_another_device_once_the_seller_proposed_its_key(seller, server):
    sale, _order = bought(server)
    sale.open()
    fresh = hex_of(P256Key().address)
    seller.goto(f"{server.url}/inbox/{hex_of(sale.rma)}/new-key")
    seller.get_by_label("What the new device shows").fill(fresh[:-1])
    seller.get_by_role("button", name="Continue").click()
    seller.get_by_role("alert").get_by_text("0x and 40 digits and letters").wait_for()
    assert seller.get_by_label("What the new device shows").input_value() == fresh[:-1]
    seller.get_by_label("What the new device shows").fill(fresh)
    sign(seller, "Propose the new device", "**/inbox/0x*done=new_key")
    looks_well(seller)
    shown = server.client.get(f"/api/v1/returns/{hex_of(sale.rma)}/entries")["entries"]
    entries = [from_json(item) for item in shown]
    assert [hex_of(entry.values["buyer"]) for entry in entries if entry.name == "BuyerKeyProposed"] == [fresh]


def confirmation() -> dict:
    """A picture as a bank's page would be photographed."""
    made = io.BytesIO()
    Image.new("RGB", (320, 200), "white").save(made, "JPEG")
    return {"name": "transfer.jpg", "mimeType": "image/jpeg", "buffer": made.getvalue()}


def test_a_refund_that_is_said_not_to_have_come_is_proven(seller, server):
    sale, _order = bought(server)
    sale.open().approve().receive(complete=True).inspect().pay()
    sale.by_buyer("confirmOutcome", arrived=False, evidence=bytes([1] * 32))
    open_return(seller, server, sale)
    looks_well(seller)
    seller.get_by_role("link", name="Show that you paid").click()
    seller.get_by_role("button", name="Continue").click()
    seller.get_by_role("alert").get_by_text("Choose the bank’s confirmation").wait_for()
    seller.locator("#evidence-words").set_input_files(files=[confirmation()])
    sign(seller, "Send the proof", "**/inbox/0x*done=prove")
    assert sale.state["turn"]["act"] == "confirm"
    assert seller.locator(".photos img").count() == 1


def test_the_seller_agrees_with_what_the_buyer_offers(seller, server):
    sale, _order = bought(server)
    sale.open().approve().receive(complete=True)
    sale.inspect(inspected(COAT, accepted=1, diminished=5_000))
    dispute = sale.dispute().open(awards.awarded(COAT, accepted=1)).answer()
    dispute.offer(awards.award(awards.awarded(COAT, accepted=1, basis_points=8_000)), by_buyer=True)
    seller.goto(f"{server.url}/inbox/{hex_of(sale.rma)}/dispute")
    looks_well(seller)
    seller.get_by_role("link", name="Agree with the buyer").click()
    looks_well(seller)
    seller.get_by_role("button", name="Agree, and end the dispute").click()
    seller.wait_for_url("**/inbox/0x*done=accept")
    looks_well(seller)
    state = dispute.state
    assert (state["ending"], state["applied"]["lines"][0]["award_basis_points"]) == ("settled", 8_000)


def test_a_ruling_is_appealed(seller, server):
    dispute = ruled(server, SERIES, 10_000)
    seller.goto(f"{server.url}/inbox/{hex_of(dispute.rma)}/dispute")
    looks_well(seller)
    seller.get_by_role("link", name="Appeal", exact=True).click()
    seller.get_by_label("Your words").fill("Nobody saw the coat.")
    sign(seller, "Send the appeal", "**/inbox/0x*done=appeal")
    looks_well(seller)
    state = dispute.state
    assert (state["stage"], len(state["panel"])) == ("appealed", 3)
