"""What this service needs of the broker: its queue, bound to the events, and the parked queue."""

from chassis.topology import Binding, Exchange, Topology, parked_queue, work_queue
from contracts.events import EXCHANGE, PARKED_QUEUE, QUEUE

TOPOLOGY = Topology(
    exchanges=[Exchange(EXCHANGE)],
    queues=[
        parked_queue(PARKED_QUEUE),
        # Every key: an event of a type that is not known here is parked, where it is seen, and
        # can be replayed once it is known.
        work_queue(QUEUE, parked_in=PARKED_QUEUE, bindings=[Binding(EXCHANGE, "#")]),
    ],
)
