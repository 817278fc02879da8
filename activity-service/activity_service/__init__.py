"""The activity feed, built from the events of tasks-service."""
