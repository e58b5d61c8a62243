"""Strict local stand-ins for the services the program talks to."""
