"""A reply stays known as sent after it was marked, for as long as somebody may still hold what they read before."""

from bot.sent import REMEMBERED_FOR, SentReplies


def test_what_was_marked_a_moment_ago_is_still_known_as_sent() -> None:
    time = 0.0
    sent = SentReplies(lambda: time)
    sent.add(1)
    sent.add(2)
    assert sorted(sent.unmarked()) == [1, 2]
    sent.mark([1, 2])
    assert sent.unmarked() == []
    assert sent.among([1, 2, 3]) == {1, 2}
    time = REMEMBERED_FOR + 1
    sent.add(3)
    sent.mark([3])
    assert sent.among([1, 2, 3]) == {3}
    assert 3 in sent
    assert 1 not in sent
