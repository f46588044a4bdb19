"""Makes the suite's options known in a plain checkout; installed, the entry point does."""

pytest_plugins = ["conformance.plugin"]
