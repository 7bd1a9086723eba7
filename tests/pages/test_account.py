"""Pages whose buttons need their module: before it is there they do nothing, rather than the wrong thing."""

import re

import pytest

BUTTON = re.compile(r"<button class=\"action[^>]*>")


@pytest.fixture
def invitation(scene):
    return scene.world.ledger.access.invite(1, "Ana")


def test_no_empty_key_is_brought_by_a_click_before_the_module_is_there(scene, invitation):
    http = scene.world.app.test_client()
    for path in (f"/join/{invitation}", "/sign-in"):
        (button,) = BUTTON.findall(http.get(path).get_data(as_text=True))
        assert button.endswith("data-loading disabled>")


def test_what_is_signed_waits_for_its_module(scene):
    sale = scene.approved()
    http = scene.world.app.test_client()
    http.set_cookie("session", scene.world.ledger.access.start_session((sale.buyer.address,)))
    for act in ("cancel", "message"):
        page = http.get(f"/returns/0x{sale.rma.hex()}/my/{act}").get_data(as_text=True)
        assert all(button.endswith("data-loading disabled>") for button in BUTTON.findall(page))
