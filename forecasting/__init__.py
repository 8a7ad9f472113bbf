"""Statistics: counts in, frozen results out. Knows nothing of agreements, the web or the event store."""
