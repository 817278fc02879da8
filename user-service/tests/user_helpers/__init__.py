"""What the tests of user-service share."""
