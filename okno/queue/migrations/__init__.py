"""The store's schema through time: forward only, on start, under a lock, with a copy of an embedded store first."""
