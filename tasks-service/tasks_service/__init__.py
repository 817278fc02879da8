"""Tasks, and the events they cause."""
