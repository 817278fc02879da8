"""What the tests of the stores share."""
