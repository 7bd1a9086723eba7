"""Asks a server for what is to be checked. Nothing that it answers is believed."""

import requests

TIMEOUT_S = 30


class CannotTry(Exception):
    """There is nothing to check: no server, no such return, or no readable answer."""


class ServerFailed(Exception):
    """The server has the return but cannot show it."""


def get(server: str, path: str, **parameters) -> dict:
    """A JSON object from the server; raises CannotTry or ServerFailed."""
    try:
        response = requests.get(f"{server.rstrip('/')}{path}", params=parameters, timeout=TIMEOUT_S)
    except requests.RequestException as error:
        raise CannotTry(f"{server} cannot be reached ({type(error).__name__})") from error
    try:
        body = response.json()
    except ValueError:
        body = None
    if response.status_code in (400, 404):
        detail = body.get("detail") if isinstance(body, dict) else response.reason
        raise CannotTry(f"The server has nothing of that number: {detail}")
    if response.status_code != 200 or not isinstance(body, dict):
        detail = body.get("detail", "") if isinstance(body, dict) else ""
        raise ServerFailed(f"{path}: the server answered {response.status_code} {detail}".strip())
    return body
