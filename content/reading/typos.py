"""How far apart two spellings may be and still be the same word."""

from rapidfuzz.distance import OSA

# (below this length, so many slips), by the shorter spelling: in short words any slip makes another word
# ("chắc" is not "khác").
_ALLOWED = ((5, 0), (8, 1), (12, 2))
_ALLOWED_IN_LONG = 3


def typo_distance(typed: str, word: str) -> int | None:
    """Count the letters added, dropped, changed or swapped between two spellings; None when too many."""
    allowed = _allowed(min(len(typed), len(word)))
    slips = OSA.distance(typed, word, score_cutoff=allowed)
    return slips if slips <= allowed else None


def _allowed(length: int) -> int:
    return next((slips for below, slips in _ALLOWED if length < below), _ALLOWED_IN_LONG)
