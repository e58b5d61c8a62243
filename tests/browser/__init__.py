"""The web chat page in a real browser, against a mock of its server."""
