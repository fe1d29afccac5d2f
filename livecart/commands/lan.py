"""A shop for phones on the same network: this machine's addresses, a self-signed certificate, a QR code."""

from __future__ import annotations

import datetime as dt
import io
import ipaddress
from pathlib import Path

import ifaddr
import segno
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

# Browsers refuse longer ones even when the user trusts them.
_DAYS = 397


def own_addresses() -> list[str]:
    """This machine's IPv4 addresses besides loopback and link-local ones."""
    found = []
    for adapter in ifaddr.get_adapters():
        for each in adapter.ips:
            if isinstance(each.ip, str):
                address = ipaddress.ip_address(each.ip)
                if not address.is_loopback and not address.is_link_local:
                    found.append(each.ip)
    return found


def self_signed(data: Path, now: dt.datetime) -> tuple[Path, Path]:
    """A certificate for this machine's names and addresses, made once and kept; (certificate, key)."""
    certificate, key = data / "tls-cert.pem", data / "tls-key.pem"
    addresses = ["127.0.0.1", *own_addresses()]
    if certificate.exists() and key.exists() and _covers(certificate, addresses, now):
        return certificate, key
    private = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "livecart")])
    names: list[x509.GeneralName] = [x509.DNSName("localhost")]
    names += [x509.IPAddress(ipaddress.ip_address(address)) for address in addresses]
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(hours=1))
        .not_valid_after(now + dt.timedelta(days=_DAYS))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .sign(private, hashes.SHA256())
    )
    key.touch(mode=0o600)
    key.write_bytes(
        private.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    return certificate, key


def qr_code(address: str) -> str:
    """The address as a QR code that a terminal can show."""

    out = io.StringIO()
    segno.make(address, error="m").terminal(out=out, compact=True)
    return out.getvalue()


def _covers(certificate: Path, addresses: list[str], now: dt.datetime) -> bool:
    """Does the kept certificate still hold, for all of today's addresses?"""
    made = x509.load_pem_x509_certificate(certificate.read_bytes())
    names = made.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    held = {str(address) for address in names.get_values_for_type(x509.IPAddress)}
    return set(addresses) <= held and made.not_valid_after_utc > now + dt.timedelta(days=7)
