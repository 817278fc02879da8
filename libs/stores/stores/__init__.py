"""The users of MongoDB, Redis and RabbitMQ: one for each service, with the least rights."""
