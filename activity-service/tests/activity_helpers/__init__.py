"""What the tests of activity-service share."""
