"""The outside: the event store, read models, and files that come in."""
