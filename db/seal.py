"""Sealing of sensitive fields and files: authenticated encryption with a key from the environment."""

import base64
import binascii
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_NONCE = 12
"""Bytes that are never used twice under one key, as GCM asks; drawn at random they last for billions of seals."""


_OLD = b"gAAAAA"
"""How Fernet's seals begin, until the year 2106."""


class SealBroken(Exception):
    """Sealed bytes don't open: another SECRET_KEY wrote them, or they were changed."""


class Seal:
    """Seals and opens bytes and words under one secret."""

    def __init__(self, secret: str) -> None:
        self._secret = secret.encode()
        self._keys: dict[str, bytes] = {}
        self._cipher = AESGCM(self.key_for("sealing"))

    def key_for(self, purpose: str) -> bytes:
        """A key of its own for one purpose, for marks that nobody without the secret can guess back."""
        if purpose not in self._keys:
            info = f"vieclam {purpose}".encode()
            self._keys[purpose] = HKDF(SHA256(), length=32, salt=None, info=info).derive(self._secret)
        return self._keys[purpose]

    def close(self, plain: bytes) -> bytes:
        """Encrypt bytes."""
        nonce = os.urandom(_NONCE)
        return nonce + self._cipher.encrypt(nonce, plain, None)

    def open(self, sealed: bytes) -> bytes:
        """Decrypt bytes; raises ``SealBroken``."""
        if sealed.startswith(_OLD) and (plain := self._open_old(sealed)) is not None:
            return plain
        try:
            return self._cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], None)
        except (InvalidTag, ValueError) as error:  # ValueError: too short to have been sealed
            raise SealBroken("The sealed data was written under another SECRET_KEY") from error

    def close_word(self, word: str) -> str:
        """Encrypt a word into printable text, for JSON."""
        return base64.urlsafe_b64encode(self.close(word.encode())).decode()

    def open_word(self, sealed: str) -> str:
        """Decrypt what ``close_word`` made; raises ``SealBroken``."""
        if sealed.startswith(_OLD.decode()) and (plain := self._open_old(sealed.encode())) is not None:
            return plain.decode()
        try:
            return self.open(base64.urlsafe_b64decode(sealed)).decode()
        except binascii.Error as error:
            raise SealBroken("These are no sealed words") from error

    def _open_old(self, sealed: bytes) -> bytes | None:
        """What the first version sealed, with Fernet; None for anything else that begins so by chance."""
        from cryptography.fernet import Fernet, InvalidToken  # not needed by who never ran the first version

        try:
            return Fernet(base64.urlsafe_b64encode(self.key_for("sealed fields"))).decrypt(sealed)
        except InvalidToken:
            return None
