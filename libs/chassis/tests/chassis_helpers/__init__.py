"""What the tests of chassis share."""
