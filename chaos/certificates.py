"""Certificates for a server: a valid and an expired one of a test authority, and a self-signed one."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
import ssl

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

DAY = timedelta(days=1)


class Certificates:
    """The TLS contexts of a server named `host`, and a file with the certificate of the authority."""

    def __init__(self, folder: Path, host: str) -> None:
        """Make the certificates and write them to a directory."""
        now = datetime.now(UTC)
        key = ec.generate_private_key(ec.SECP256R1())
        authority = _certificate("Chaos authority", key, "Chaos authority", key, now - DAY, now + DAY, host=None)
        self.authority = folder / "authority.pem"
        self.authority.write_bytes(_pem(authority))
        self._folder, self._key, self._host = folder, key, host
        self.good = self._context("good", now + DAY)
        self.expired = self._context("expired", now - timedelta(hours=1))
        self.self_signed = self._context("self_signed", now + DAY, of_authority=False)

    def _context(self, name: str, until: datetime, *, of_authority: bool = True) -> ssl.SSLContext:
        own = ec.generate_private_key(ec.SECP256R1())
        issuer, issuer_key = ("Chaos authority", self._key) if of_authority else (self._host, own)
        certificate = _certificate(self._host, own, issuer, issuer_key, until - 2 * DAY, until, host=self._host)
        file = self._folder / f"{name}.pem"
        private = own.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        file.write_bytes(private + _pem(certificate))
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(file)
        return context


def _certificate(
    subject: str,
    key: ec.EllipticCurvePrivateKey,
    issuer: str,
    issuer_key: ec.EllipticCurvePrivateKey,
    since: datetime,
    until: datetime,
    *,
    host: str | None,
) -> x509.Certificate:
    builder = (
        x509.CertificateBuilder()
        .subject_name(_name(subject))
        .issuer_name(_name(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(since)
        .not_valid_after(until)
        .add_extension(x509.BasicConstraints(ca=host is None, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()),
            critical=False,
        )
    )
    if host is None:
        usage = x509.KeyUsage(
            digital_signature=True,
            key_cert_sign=True,
            crl_sign=True,
            content_commitment=False,
            key_encipherment=False,
            data_encipherment=False,
            key_agreement=False,
            encipher_only=False,
            decipher_only=False,
        )
        builder = builder.add_extension(usage, critical=True)
    else:
        builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
    return builder.sign(issuer_key, hashes.SHA256())


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)
