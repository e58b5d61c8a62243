"""Notices as they are told: what each kind must say, whether it may go out, and its words for one reader."""
