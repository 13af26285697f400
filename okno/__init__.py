"""Okno: one window for every client request."""

__version__ = "0.1.0"
