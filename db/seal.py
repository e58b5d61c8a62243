"""Sealing of sensitive fields and files: authenticated encryption with a key from the environment."""

import base64

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


class SealBroken(Exception):
    """Sealed bytes don't open: another SECRET_KEY wrote them, or they were changed."""


class Seal:
    """Seals and opens bytes and words under one secret."""

    def __init__(self, secret: str) -> None:
        key = HKDF(SHA256(), length=32, salt=None, info=b"vieclam sealed fields").derive(secret.encode())
        self._fernet = Fernet(base64.urlsafe_b64encode(key))
        self._secret = secret.encode()
        self._keys: dict[str, bytes] = {}

    def key_for(self, purpose: str) -> bytes:
        """A key of its own for one purpose, for marks that nobody without the secret can guess back."""
        if purpose not in self._keys:
            info = f"vieclam {purpose}".encode()
            self._keys[purpose] = HKDF(SHA256(), length=32, salt=None, info=info).derive(self._secret)
        return self._keys[purpose]

    def close(self, plain: bytes) -> bytes:
        """Encrypt bytes."""
        return self._fernet.encrypt(plain)

    def open(self, sealed: bytes) -> bytes:
        """Decrypt bytes; raises ``SealBroken``."""
        try:
            return self._fernet.decrypt(sealed)
        except InvalidToken as error:
            raise SealBroken("The sealed data was written under another SECRET_KEY") from error

    def close_word(self, word: str) -> str:
        """Encrypt a word into printable text, for JSON."""
        return self.close(word.encode()).decode()

    def open_word(self, sealed: str) -> str:
        """Decrypt what ``close_word`` made; raises ``SealBroken``."""
        return self.open(sealed.encode()).decode()
