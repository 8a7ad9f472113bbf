"""The event store: the only place that knows the eventsourcing library."""

from adapters.event_store.store import (
    Bare,
    CommandReused,
    Conflict,
    EventStore,
    Receipt,
    Unit,
    default_keys,
    open_store,
)

__all__ = ["Bare", "CommandReused", "Conflict", "EventStore", "Receipt", "Unit", "default_keys", "open_store"]
