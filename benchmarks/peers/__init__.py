"""Bots of other libraries that ask the same six questions, to be measured beside ours."""
