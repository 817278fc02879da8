"""Names of the HTTP and AMQP headers that the services pass to each other."""

REQUEST_ID = "x-request-id"
TRACEPARENT = "traceparent"  # W3C Trace Context, section 3.2
INTERNAL_IDENTITY = "x-internal-identity"
