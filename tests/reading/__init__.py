"""Tests of reading what workers type."""
