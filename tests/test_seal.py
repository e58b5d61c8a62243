"""Sealing: what comes back, what is refused, and what the first version wrote."""

import base64

import pytest
from cryptography.fernet import Fernet
from hypothesis import given
from hypothesis import strategies as st

from db.seal import Seal, SealBroken

SEAL = Seal("one secret")


@given(st.binary(max_size=300), st.text(max_size=40))
def test_what_is_sealed_opens_again(plain: bytes, word: str) -> None:
    assert SEAL.open(SEAL.close(plain)) == plain
    assert SEAL.open_word(SEAL.close_word(word)) == word
    assert SEAL.close(plain) != SEAL.close(plain), "the same twice must not look the same"


@given(st.binary(min_size=1, max_size=60), st.data())
def test_a_changed_byte_or_another_secret_opens_nothing(plain: bytes, data: st.DataObject) -> None:
    sealed = bytearray(SEAL.close(plain))
    with pytest.raises(SealBroken):
        Seal("another secret").open(bytes(sealed))
    sealed[data.draw(st.integers(0, len(sealed) - 1))] ^= 1
    with pytest.raises(SealBroken):
        SEAL.open(bytes(sealed))


@pytest.mark.parametrize("rubbish", [b"", b"x", b"gAAAAA", b"gAAAAABn" + b"0" * 80])
def test_rubbish_is_refused_as_broken(rubbish: bytes) -> None:
    with pytest.raises(SealBroken):
        SEAL.open(rubbish)
    with pytest.raises(SealBroken):
        SEAL.open_word(rubbish.decode())


def test_what_the_first_version_sealed_still_opens() -> None:
    token = Fernet(base64.urlsafe_b64encode(SEAL.key_for("sealed fields"))).encrypt("hộ nghèo".encode())
    assert SEAL.open(token).decode() == SEAL.open_word(token.decode()) == "hộ nghèo"
