import pytest
from user_service.addresses import client_of


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
    assert (client_of(one) == client_of(other)) is same
