"""A worker's code for one fair: short enough to be read out, worth nothing at another fair or for another person."""

import hashlib
import hmac

from db.seal import Seal

_SIGNS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""No 0/O, 1/I/L."""
_MARK = 5
"""Signs of the mark at the end: 28 million to guess among, by somebody who is logged in and on record."""


def code_for(seal: Seal, notice_id: int, worker_id: int) -> str:
    """The code, as it is shown: the person's number, then the mark."""
    return f"{_written(worker_id)}-{_mark(seal, notice_id, worker_id)}"


def read_code(seal: Seal, notice_id: int, words: str) -> int | None:
    """Whose code it is; None for one that is wrong, or of another fair."""
    number, _, mark = words.strip().upper().replace(" ", "").rpartition("-")
    worker_id = _number(number)
    if worker_id is None or not hmac.compare_digest(mark.encode(), _mark(seal, notice_id, worker_id).encode()):
        return None
    return worker_id


def _mark(seal: Seal, notice_id: int, worker_id: int) -> str:
    digest = hmac.new(seal.key_for("fair codes"), f"{notice_id} {worker_id}".encode(), hashlib.sha256).digest()
    return _written(int.from_bytes(digest[:8]))[-_MARK:]


def _written(number: int) -> str:
    said = ""
    while number or not said:
        number, rest = divmod(number, len(_SIGNS))
        said = _SIGNS[rest] + said
    return said


def _number(words: str) -> int | None:
    if not words or len(words) > 12 or any(sign not in _SIGNS for sign in words):
        return None
    number = 0
    for sign in words:
        number = number * len(_SIGNS) + _SIGNS.index(sign)
    return number
