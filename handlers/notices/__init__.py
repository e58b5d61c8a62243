"""Notices in a conversation: browsing, reading, answering, and choosing what to hear of."""
