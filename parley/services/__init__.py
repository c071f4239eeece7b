"""Use cases: load, decide, commit, publish. They know ports, never vendors."""
