"""What the tests of api-gateway share."""
