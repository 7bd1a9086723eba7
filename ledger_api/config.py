"""Every setting: name, default, unit, environment variable. Nothing else reads os.environ."""

import os
import re
from dataclasses import dataclass, field, fields
from decimal import Decimal
from pathlib import Path

_RATE = re.compile(r"([A-Z]{3})=([0-9]{1,6}(?:\.[0-9]{1,9})?)")


def setting(default, variable: str, text: str, secret: bool = False):
    """One setting; the text says its unit. What is secret stands in no `repr`."""
    return field(default=default, repr=not secret, metadata={"variable": variable, "text": text})


@dataclass(frozen=True)
class Settings:
    """What an operator can choose. `Settings.from_environment()` reads the variables named here."""

    port: int = setting(8000, "PORT", "TCP port of the web server")
    host: str = setting("127.0.0.1", "HOST", "address to listen on; 0.0.0.0: every IPv4 address of this machine")
    https_port: int = setting(8443, "HTTPS_PORT", "TCP port of https under the local certificate; 0: no https")
    public_url: str = setting("", "PUBLIC_URL", "address for links in e-mails and codes; empty: as the request says")
    allowed_hosts: str = setting("", "ALLOWED_HOSTS", "more names that requests may use, with commas; *: any name")
    trusted_proxy: str = setting("", "TRUSTED_PROXY", "IP address of a proxy whose X-Forwarded-… headers are believed")
    data_dir: str = setting("data", "DATA_DIR", "folder of keys, outbox, index and the embedded chain")
    node_url: str = setting("", "NODE_URL", "JSON-RPC node; empty: the embedded chain in the data folder")
    node_timeout_s: int = setting(30, "NODE_TIMEOUT_S", "seconds to wait for the node's answer")
    block_interval_ms: int = setting(1_000, "BLOCK_INTERVAL_MS", "embedded chain: least milliseconds between blocks")
    body_limit_bytes: int = setting(10_000_000, "BODY_LIMIT_BYTES", "largest request body, bytes")
    document_limit_bytes: int = setting(8_000_000, "DOCUMENT_LIMIT_BYTES", "largest document, bytes")
    text_limit_bytes: int = setting(20_000, "TEXT_LIMIT_BYTES", "largest document of text, a message too, bytes")
    image_limit_pixels: int = setting(40_000_000, "IMAGE_LIMIT_PIXELS", "largest image, pixels")
    documents_limit: int = setting(500, "DOCUMENTS_LIMIT", "most documents of one return by one participant")
    access_s: int = setting(600, "ACCESS_S", "most seconds for which a proof of who reads or uploads may hold")
    session_idle_s: int = setting(8 * 3_600, "SESSION_IDLE_S", "seconds without a request after which a session ends")
    session_s: int = setting(7 * 86_400, "SESSION_S", "most seconds of a session")
    keep_s: int = setting(3 * 86_400, "KEEP_S", "seconds for which the outbox keeps a request after it is final")
    promise_s: int = setting(60, "PROMISE_S", "seconds within which an acknowledged request is to be on chain")
    resend_s: int = setting(5, "RESEND_S", "seconds after which unanswered transaction bytes are sent again")
    batch_items: int = setting(200, "BATCH_ITEMS", "most requests in one transaction")
    batch_gas: int = setting(25_000_000, "BATCH_GAS", "most gas of one transaction")
    queue_limit: int = setting(50_000, "QUEUE_LIMIT", "most requests waiting in the outbox")
    readers: int = setting(2, "READERS", "processes that read long lists of requests; 0: the server's own")
    follow_interval_ms: int = setting(200, "FOLLOW_INTERVAL_MS", "milliseconds between looks at the chain's height")
    block_range: int = setting(500, "BLOCK_RANGE", "most blocks fetched at once")
    page_items: int = setting(50, "PAGE_ITEMS", "items of one page of a list")
    streams_limit: int = setting(40, "STREAMS_LIMIT", "live streams at one time")
    threads: int = setting(64, "THREADS", "threads of the web server, and of the one for https")
    smtp_url: str = setting(
        "", "SMTP_URL", "server that takes e-mail, smtp:// or smtps://; empty: e-mail goes to the log", secret=True
    )
    mail_from: str = setting("", "MAIL_FROM", "sender of e-mail, as in Return Ledger <ledger@example.org>")
    mail_keep_s: int = setting(3 * 86_400, "MAIL_KEEP_S", "seconds after which an e-mail that nobody takes is given up")
    mail_limit: int = setting(10_000, "MAIL_LIMIT", "most e-mails waiting")
    sdr_rates: str = setting(
        "", "SDR_RATES", "price of one special drawing right, as in EUR=1.23,PLN=5.21; empty: CN 23 always"
    )

    _given = frozenset()  # no field: settings that came from the environment or the command line

    @classmethod
    def from_environment(cls, **overrides) -> "Settings":
        """Settings from the environment; an override that is not None wins. Raises ValueError naming the variable."""
        values = {}
        for item in fields(cls):
            text = os.environ.get(item.metadata["variable"])
            if text is not None:
                values[item.name] = _read(item, text)
        values |= {name: value for name, value in overrides.items() if value is not None}
        made = cls(**values)
        made.rates_of_sdr()
        object.__setattr__(made, "_given", frozenset(values))
        return made

    def is_given(self, name: str) -> bool:
        """Whether somebody chose this setting; else it is a default."""
        return name in self._given

    def address(self, asked: str) -> str:
        """Address of this server for links, without a slash at its end; `asked`: what the request says."""
        return (self.public_url or asked).rstrip("/")

    def rates_of_sdr(self) -> dict[str, Decimal]:
        """By currency (ISO 4217), units of it for one special drawing right. Raises ValueError naming the variable."""
        rates = {}
        for item in filter(None, (part.strip() for part in self.sdr_rates.split(","))):
            match = _RATE.fullmatch(item)
            if match is None or not Decimal(match[2]):
                raise ValueError(f"SDR_RATES must be as in EUR=1.23,PLN=5.21, has {item!r}")
            rates[match[1]] = Decimal(match[2])
        return rates

    @property
    def folder(self) -> Path:
        """The data folder."""
        return Path(self.data_dir)


def _read(item, text: str):
    if not isinstance(item.default, int):
        return text
    try:
        return int(text)
    except ValueError:
        raise ValueError(f"{item.metadata['variable']} must be a whole number, is {text!r}") from None
