"""A member of the council at work: how the server is, an invitation whose key is admitted, an act that two sign."""

import re

import pytest

from tests.e2e.browsing import looks_well

DESK, PHONE = {"width": 1280, "height": 900}, {"width": 360, "height": 740}
NEW = "Żabka Łódź Express & Söhne"


@pytest.fixture(scope="module")
def desk(browser, server, tmp_path_factory):
    """A browser that opened the recovery file of a member of the demo's council."""
    context = browser.new_context(viewport=DESK, locale="en-GB")
    opened = context.new_page()
    opened.set_default_timeout(30_000)
    opened.complaints = []
    opened.on("pageerror", lambda error: opened.complaints.append(str(error)))
    opened.goto(f"{server.url}/demo")
    section = opened.locator("section", has=opened.get_by_role("heading", name=re.compile("council")))
    passphrase = section.locator("code").inner_text()
    with opened.expect_download() as download:
        section.get_by_role("link", name="Save the recovery file").click()
    file = tmp_path_factory.mktemp("council") / "council-member.json"
    download.value.save_as(file)
    opened.goto(f"{server.url}/sign-in", wait_until="load")
    opened.get_by_label("Your recovery file").set_input_files(file)
    opened.get_by_label("Its passphrase").fill(passphrase)
    opened.get_by_role("button", name="Open the file and sign in").click()
    opened.wait_for_url("**/account")
    yield opened
    assert opened.complaints == []
    context.close()


def test_the_operation_says_how_the_server_is(desk):
    desk.get_by_role("link", name="Operation").click()
    assert "All is well" in desk.inner_text("main")
    assert "The council has 3 members; 2 of them have to sign an act." in desk.inner_text("main")
    looks_well(desk, unfolded=True)


def test_nobody_else_gets_there(browser, server):
    stranger = browser.new_page()
    stranger.goto(f"{server.url}/operator")
    assert "/sign-in" in stranger.url
    stranger.close()


def test_an_invited_person_makes_a_key_that_is_admitted(desk, browser, server):
    desk.get_by_role("link", name="Invite a person").click()
    desk.get_by_role("button", name="Make the link").click()
    assert desk.locator(".errors li").count() == 2
    desk.get_by_label("Name of the person").fill("Jan Kowalski")
    desk.get_by_label("Acts for").select_option(label="Wisła Parcel")
    desk.get_by_role("button", name="Make the link").click()
    link = desk.locator("#link").inner_text()
    looks_well(desk, unfolded=True)
    guest = browser.new_context(locale="en-GB").new_page()
    guest.goto(link, wait_until="load")
    guest.get_by_role("button", name="Make my signature").click()
    guest.wait_for_url("**/account", timeout=60_000)
    assert "Wisła Parcel" in guest.inner_text("main")
    guest.context.close()
    desk.goto(f"{server.url}/operator")
    row = desk.locator("#people ~ ul li", has_text="Jan Kowalski")
    assert "the key is admitted" in row.inner_text()


def test_a_participant_is_admitted_once_two_members_signed(desk, server):
    desk.get_by_role("link", name="Admit a participant").click()
    desk.get_by_label("Its name").fill(NEW)
    desk.get_by_role("button", name="Check and sign").click()
    assert desk.get_by_label("Its name").input_value() == NEW
    desk.get_by_label("Carrier").check()
    desk.get_by_role("button", name="Check and sign").click()
    desk.get_by_role("heading", name=f"Admit {NEW}").wait_for()
    assert "2 of the 3 members" in desk.inner_text("main")
    looks_well(desk, unfolded=True)
    desk.get_by_role("button", name="Sign for the council").click()
    desk.wait_for_url("**/operator/proposals/*")
    desk.get_by_text("It is in effect.").wait_for()
    looks_well(desk, unfolded=True)
    desk.goto(f"{server.url}/operator")
    desk.get_by_role("link", name=re.compile(NEW)).click()
    assert "Carrier" in desk.locator(".lead").inner_text()
    looks_well(desk, unfolded=True)
    shown = server.client.get("/api/v1/participants")["items"][-1]
    assert shown["directory"]["name"] == NEW


def test_the_key_of_who_was_invited_is_ended(desk, server):
    """That of a visitor: other stories need the carrier's own."""
    desk.goto(f"{server.url}/operator/participants/2", wait_until="load")
    keys = desk.get_by_role("link", name=re.compile("End this key"))
    before = keys.count()
    address = desk.locator("#keys ~ ul .number").last.inner_text()
    keys.last.click()
    assert address in desk.locator(".answers").inner_text()
    desk.get_by_role("button", name="Sign for the council").click()
    desk.get_by_text("It is in effect.").wait_for()
    desk.goto(f"{server.url}/operator/participants/2")
    assert keys.count() == before - 1
