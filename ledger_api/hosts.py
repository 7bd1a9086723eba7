"""Names and addresses of this machine: what it listens on, what it is called, which of it a request may name."""

import ipaddress
import re
import socket
import struct
from contextlib import suppress
from urllib.parse import urlsplit

from ledger_api.config import Settings
from ledger_api.errors import InvalidField

LOOPBACK = ("localhost", "127.0.0.1", "::1")
NAME = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)(\.(?!-)[a-z0-9-]{1,63}(?<!-))*")
# Asked which address of ours leads there; nothing is sent.
ROUTES = ("10.255.255.255", "172.31.255.255", "192.168.255.255", "192.0.2.1", "fd00:ffff::1", "2001:db8::1")
SIOCGIFADDR = 0x8915  # Linux: the IPv4 address of an interface
ANY_NAME = "*"


def address_of(text: str):
    """An IP address, None if it is a name; an IPv4 address within IPv6 is the IPv4 address."""
    try:
        found = ipaddress.ip_address(text.strip("[]").partition("%")[0])
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found


def listening_on(settings: Settings) -> str:
    """The one address that HOST means. Raises InvalidField."""
    try:
        if not settings.host:
            raise OSError("it is empty")
        return socket.getaddrinfo(settings.host, 0, type=socket.SOCK_STREAM)[0][4][0]
    except (OSError, UnicodeError) as error:
        raise InvalidField("HOST", f"{settings.host!r} is no address of this machine ({error})") from error


def is_loopback(address: str) -> bool:
    """Whether only this machine itself gets there."""
    found = address_of(address)
    return bool(found and found.is_loopback)


def url_of(scheme: str, address: str, port: int) -> str:
    """An address that works on this machine, whatever is listened on."""
    if address_of(address).is_unspecified:
        address = "127.0.0.1" if "." in address else "::1"
    return f"{scheme}://[{address}]:{port}" if ":" in address else f"{scheme}://{address}:{port}"


def reached_at(settings: Settings) -> str:
    """The http address under which another device finds this server, or this machine if HOST lets no other in."""
    address = listening_on(settings)
    others = [str(item) for item in own_addresses() if item.version == 4] if not is_loopback(address) else []
    return settings.address(url_of("http", others[0] if others else address, settings.port))


def own_names() -> list[str]:
    """What this machine calls itself, alone and in the network around it."""
    name = socket.gethostname().lower().rstrip(".")
    names = [name, name.partition(".")[0] + ".local"]
    return [item for item in dict.fromkeys(names) if NAME.fullmatch(item) and item not in LOOPBACK]


def own_addresses() -> list:
    """IP addresses of this machine but for loopback, as far as they can be found without another library."""
    found = {address_of(text) for text in (*_by_name(), *_by_route(), *_by_interface())}
    kept = [item for item in found if item and not (item.is_loopback or item.is_unspecified)]
    return sorted(kept, key=lambda item: (item.version, int(item)))


def _by_name() -> list[str]:
    with suppress(OSError, UnicodeError):
        return [item[4][0] for item in socket.getaddrinfo(socket.gethostname(), None)]
    return []


def _by_route() -> list[str]:
    found = []
    for target in ROUTES:
        family = socket.AF_INET6 if ":" in target else socket.AF_INET
        with suppress(OSError), socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.connect((target, 9))
            found.append(probe.getsockname()[0])
    return found


def _by_interface() -> list[str]:
    found = []
    with suppress(ImportError, OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        from fcntl import ioctl

        for _, name in socket.if_nameindex():
            with suppress(OSError):
                answer = ioctl(probe.fileno(), SIOCGIFADDR, struct.pack("256s", name.encode()[:15]))
                found.append(socket.inet_ntoa(answer[20:24]))
    return found


def named_hosts(settings: Settings) -> list[str]:
    """Names and addresses that the operator gave: ALLOWED_HOSTS, and the host of PUBLIC_URL."""
    names = [name.strip().lower().strip("[]") for name in settings.allowed_hosts.split(",")]
    public = public_host(settings)
    return [name for name in dict.fromkeys([*names, *([public] if public else [])]) if name]


def public_host(settings: Settings) -> str | None:
    """Host of PUBLIC_URL. Raises InvalidField if that is no address of a server."""
    if not settings.public_url:
        return None
    with suppress(ValueError):
        parts = urlsplit(settings.public_url)
        if parts.scheme in ("http", "https") and parts.hostname and not (parts.path.strip("/") or parts.query):
            return parts.hostname
    raise InvalidField("PUBLIC_URL", f"must be like https://returns.example.org, is {settings.public_url!r}")


def host_in(header: str) -> str:
    """The host of a Host header, without port and brackets."""
    text = header.strip().lower()
    if text.startswith("["):
        return text[1:].partition("]")[0]
    return text.rpartition(":")[0] if text.count(":") == 1 else text


class HostCheck:
    """Which hosts a request may name: a page elsewhere must not reach this server through a name made to point here."""

    def __init__(self, settings: Settings):
        self.names = [*LOOPBACK, *own_names(), *named_hosts(settings)]
        self._open = not is_loopback(listening_on(settings))

    def allows(self, header: str) -> bool:
        """With HOST in a network any bare address passes: nobody can make one point elsewhere."""
        host = host_in(header)
        return host in self.names or ANY_NAME in self.names or (self._open and address_of(host) is not None)
