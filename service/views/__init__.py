"""What pages and API show beyond single states: pure functions over the register and its tables."""
