"""What stands around every update before a handler sees it."""
