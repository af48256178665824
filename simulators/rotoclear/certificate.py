"""The self-signed certificate of the HTTPS server (docs/protocol/rotoclear.md#certificate)."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
import hashlib
from ipaddress import ip_address
from pathlib import Path
import ssl
from tempfile import TemporaryDirectory
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

LIFETIME = timedelta(days=825)


@dataclass(frozen=True, slots=True)
class Certificate:
    """The current certificate."""

    context: ssl.SSLContext
    fingerprint: str
    description: dict[str, Any]


def self_signed(name: str) -> Certificate:
    """Return a self-signed certificate for `name`.local and loopback."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"{name}.local")])
    start = datetime.now(UTC).replace(microsecond=0) - timedelta(days=1)
    names = [x509.DNSName(f"{name}.local"), x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))]
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + LIFETIME)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    fingerprint = hashlib.sha256(certificate.public_bytes(serialization.Encoding.DER)).hexdigest()
    description = {
        "subject": f"{name}.local",
        "issuer": f"{name}.local",
        "selfSigned": True,
        "validFrom": start.isoformat(),
        "validTo": (start + LIFETIME).isoformat(),
        "fingerprint256": fingerprint,
    }
    return Certificate(_context(certificate, key), fingerprint, description)


def _context(certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    with TemporaryDirectory() as folder:
        file = Path(folder) / "unit.pem"
        file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM) + secret)
        context.load_cert_chain(file)
    return context
