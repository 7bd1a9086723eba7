"""Certificates of a local authority, so that a browser in this network gets https, and with it keys and a camera.

The authority can vouch for this machine and for private networks only: its name constraints are critical.
Times are Unix seconds UTC.
"""

import os
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from ipaddress import ip_address, ip_network
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from ledger_api import hosts
from ledger_api.config import Settings

DAY_S = 86_400
AUTHORITY_S = 3_652 * DAY_S
SERVER_S = 397 * DAY_S
RENEW_S = 30 * DAY_S
CLOCKS_DIFFER_S = 3_600
NETWORKS = (  # RFC 1918, RFC 4193, loopback, link-local
    "127.0.0.0/8",
    "10.0.0.0/8",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "169.254.0.0/16",
    "::1/128",
    "fc00::/7",
    "fe80::/10",
)
DOMAINS = ("localhost", "local")  # the second with everything in it


@dataclass(frozen=True)
class Certified:
    """A private key and its certificate."""

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    def lasts_until(self, moment: float) -> bool:
        return self.certificate.not_valid_after_utc.timestamp() >= moment


class LocalAuthority:
    """The authority and the server's certificate in a folder `tls` of the data folder."""

    def __init__(self, settings: Settings, now=time.time):
        self.folder = settings.folder / "tls"
        self.authority_path = self.folder / "ca.crt"
        self.server_path = self.folder / "server.crt"
        self.server_key_path = self.folder / "server.key"
        self._settings = settings
        self._now = now

    def ensure(self) -> bool:
        """Makes what is missing, is about to expire or has other names than this machine; True: the server's is new."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.folder.chmod(0o700)
        authority = self._authority()
        names = [name for name in self._names() if permits(authority.certificate, name)]
        server = _load(self.server_path, self.server_key_path)
        if server and self._is_good(server, authority, names):
            return False
        _save(self._issue(authority, names), self.server_path, self.server_key_path)
        return True

    def fingerprint(self) -> str:
        """SHA-256 of the authority's certificate, as devices show it."""
        certificate = x509.load_pem_x509_certificate(self.authority_path.read_bytes())
        return certificate.fingerprint(hashes.SHA256()).hex(":").upper()

    def left_out(self) -> list[str]:
        """Names that the authority may not vouch for, since it was made before they were given."""
        authority = x509.load_pem_x509_certificate(self.authority_path.read_bytes())
        return [str(name) for name in self._names() if not permits(authority, name)]

    def _names(self) -> list:
        """Names (str) and addresses that the server's certificate is to hold."""
        named = [hosts.address_of(name) or name for name in hosts.named_hosts(self._settings)]
        own = [*hosts.own_names(), *named]
        if not hosts.is_loopback(hosts.listening_on(self._settings)):
            own += hosts.own_addresses()
        found = dict.fromkeys(["localhost", ip_address("127.0.0.1"), ip_address("::1"), *own])
        return [name for name in found if not isinstance(name, str) or hosts.NAME.fullmatch(name)]

    def _is_good(self, server: Certified, authority: Certified, names: list) -> bool:
        try:
            server.certificate.verify_directly_issued_by(authority.certificate)
        except (InvalidSignature, ValueError, TypeError):
            return False
        shown = server.certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        return set(shown) == {_general(name) for name in names} and server.lasts_until(self._now() + RENEW_S)

    def _authority(self) -> Certified:
        key_path = self.folder / "ca.key"
        authority = _load(self.authority_path, key_path)
        if authority is None or not authority.lasts_until(self._now() + RENEW_S):
            authority = self._make_authority()
            _save(authority, self.authority_path, key_path)
        return authority

    # --- Making them

    def _make_authority(self) -> Certified:
        key = ec.generate_private_key(ec.SECP256R1())
        name = _subject(f"Return Ledger on {(hosts.own_names() or ['this machine'])[0]}"[:64])
        builder = self._builder(name, name, key.public_key(), self._now() + AUTHORITY_S)
        builder = (
            builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(_usage(signs_certificates=True), critical=True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
            .add_extension(x509.NameConstraints(self._permitted(), None), critical=True)
        )
        return Certified(key, builder.sign(key, hashes.SHA256()))

    def _permitted(self) -> list[x509.GeneralName]:
        """All private networks, and what of this machine lies outside them."""
        networks = [ip_network(text) for text in NETWORKS]
        names = [*DOMAINS, *hosts.own_names(), *self._names()]
        addresses = [*hosts.own_addresses(), *(name for name in names if not isinstance(name, str))]
        outside = [item for item in addresses if not any(item in network for network in networks)]
        domains = dict.fromkeys(name for name in names if isinstance(name, str) and not name.endswith(".local"))
        networks += [ip_network(item) for item in dict.fromkeys(outside)]
        return [*map(x509.DNSName, domains), *map(x509.IPAddress, networks)]

    def _issue(self, authority: Certified, names: list) -> Certified:
        key = ec.generate_private_key(ec.SECP256R1())
        end = min(self._now() - CLOCKS_DIFFER_S + SERVER_S, authority.certificate.not_valid_after_utc.timestamp())
        issuer = authority.certificate.subject
        builder = self._builder(_subject("Return Ledger"), issuer, key.public_key(), end - 1)
        identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.key.public_key())
        builder = (
            builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_usage(signs_certificates=False), critical=True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
            .add_extension(x509.SubjectAlternativeName(map(_general, names)), critical=False)
            .add_extension(identifier, critical=False)
        )
        return Certified(key, builder.sign(authority.key, hashes.SHA256()))

    def _builder(self, subject, issuer, public_key, end: float) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(issuer)
            .public_key(public_key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(datetime.fromtimestamp(int(self._now() - CLOCKS_DIFFER_S), UTC))
            .not_valid_after(datetime.fromtimestamp(int(end), UTC))
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)
        )


def permits(authority: x509.Certificate, name) -> bool:
    """Whether the authority may vouch for a name (str) or an IP address."""
    allowed = authority.extensions.get_extension_for_class(x509.NameConstraints).value.permitted_subtrees
    if isinstance(name, str):
        domains = [item.value for item in allowed if isinstance(item, x509.DNSName)]
        return any(name == domain or name.endswith(f".{domain}") for domain in domains)
    return any(name in item.value for item in allowed if isinstance(item, x509.IPAddress))


def _general(name) -> x509.GeneralName:
    return x509.DNSName(name) if isinstance(name, str) else x509.IPAddress(name)


def _subject(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def _usage(signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


# --- Files


def _load(path: Path, key_path: Path) -> Certified | None:
    """None if one is missing, cannot be read as what it should be, or is not the other's."""
    try:
        certificate = x509.load_pem_x509_certificate(path.read_bytes())
        key = serialization.load_pem_private_key(key_path.read_bytes(), None)
    except (FileNotFoundError, ValueError, TypeError):
        return None
    return Certified(key, certificate) if key.public_key() == certificate.public_key() else None


def _save(made: Certified, path: Path, key_path: Path) -> None:
    """Key first: whoever finds the certificate finds its key."""
    encoding, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    _write(key_path, made.key.private_bytes(encoding, serialization.PrivateFormat.PKCS8, plain), 0o600)
    _write(path, made.certificate.public_bytes(encoding), 0o644)


def _write(path: Path, content: bytes, mode: int) -> None:
    """Whole or not at all."""
    fresh = path.with_name(path.name + ".new")
    fresh.unlink(missing_ok=True)
    with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    os.replace(fresh, path)
