"""How any service runs: settings, logs, errors, health, stores, broker, breaker, tracing."""
