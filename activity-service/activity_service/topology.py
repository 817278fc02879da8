"""What this service needs of the broker: its queue, bound to the events, and its dead letters."""

from chassis.topology import Binding, Topology, dead_letter_queue, work_queue
from contracts.events import DEAD_LETTER_QUEUE, EXCHANGE, QUEUE

TOPOLOGY = Topology(
    exchanges=[EXCHANGE],
    queues=[
        dead_letter_queue(DEAD_LETTER_QUEUE),
        work_queue(QUEUE, dead_letters_to=DEAD_LETTER_QUEUE, bindings=[Binding(EXCHANGE, "#")]),
    ],
)
