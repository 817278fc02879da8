"""What crosses a service border: events, the identity header, claims, keys and the error body."""
