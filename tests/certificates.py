"""A certificate authority of a site that does not exist, made anew for a test."""

from __future__ import annotations

import datetime as dt
import ipaddress
import ssl
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric import ec

_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Authority:
    """Signs certificates.

    Attributes:
        folder: Where files are put.
    """

    folder: Path
    _key: ec.EllipticCurvePrivateKey
    _certificate: x509.Certificate

    @property
    def file(self) -> Path:
        """The authority's own certificate, as IT gives it out."""
        return self.folder / "authority.pem"

    @property
    def server_file(self) -> Path:
        """Certificate and key of the server that was made last."""
        return self.folder / "server.pem"

    def serve(self, name: str, *, expired: bool = False) -> ssl.SSLContext:
        """Return what a server with a certificate for a host's name or address is encrypted with.

        Args:
            name: Of the host.
            expired: Whether the certificate's time is over.
        """
        from cryptography import x509
        from cryptography.hazmat.primitives.asymmetric import ec

        key = ec.generate_private_key(ec.SECP256R1())
        end = _now() + (-_DAY if expired else _DAY)
        made = _certificate(name, key, self._certificate.subject, end).add_extension(
            x509.SubjectAlternativeName([_general_name(name)]), critical=False
        )
        made = made.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        return _context(self.server_file, _sign(made, self._key), key)


def make_authority(folder: Path) -> Authority:
    """Make an authority, or skip where the library for it is absent."""
    pytest.importorskip("cryptography", reason="makes the certificates of this test")
    from cryptography import x509
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = "Made-up authority"
    made = _certificate(name, key, _name(name), _now() + 30 * _DAY).add_extension(
        x509.BasicConstraints(ca=True, path_length=0), critical=True
    )
    authority = Authority(folder, key, _sign(made, key))
    authority.file.write_bytes(authority._certificate.public_bytes(serialization.Encoding.PEM))
    return authority


def _certificate(
    name: str, key: ec.EllipticCurvePrivateKey, issuer: x509.Name, end: dt.datetime
) -> x509.CertificateBuilder:
    from cryptography import x509

    return (
        x509.CertificateBuilder()
        .subject_name(_name(name))
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(end - 60 * _DAY)
        .not_valid_after(end)
    )


def _sign(made: x509.CertificateBuilder, key: ec.EllipticCurvePrivateKey) -> x509.Certificate:
    from cryptography.hazmat.primitives import hashes

    return made.sign(key, hashes.SHA256())


def _context(
    file: Path, certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey
) -> ssl.SSLContext:
    from cryptography.hazmat.primitives import serialization

    file.write_bytes(
        certificate.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context


def _name(name: str) -> x509.Name:
    from cryptography import x509
    from cryptography.x509.oid import NameOID

    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _general_name(name: str) -> x509.GeneralName:
    from cryptography import x509

    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
