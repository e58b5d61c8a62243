"""Broadcasts from an officer's own chat: begun, rehearsed, released, watched and stopped."""
