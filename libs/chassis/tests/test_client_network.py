import pytest
from chassis.client_network import client_network


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8::1", "2001:db8:0:0:ffff::2", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("192.0.2.1", "192.0.2.2", False),
        ("unix:", "unix:", True),
        ("", "unknown", False),
    ],
)
def test_an_ipv6_client_is_its_64_bit_network(one: str, other: str, same: bool) -> None:
    assert (client_network(one) == client_network(other)) is same
