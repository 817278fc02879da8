"""What the tests of tasks-service share."""
