"""Fixtures every test may ask for: the servers, each started at most once a run."""

pytest_plugins = ["tests.servers.postgres"]
