"""Real MongoDB, Redis and RabbitMQ as local processes, and the suite on top."""
