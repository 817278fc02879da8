"""Whose address counts as the client's."""

import pytest
from api_gateway.client_ip import UNKNOWN, ClientIps
from hypothesis import given
from hypothesis import strategies as st

NONE = ClientIps([])
PROXIED = ClientIps(["10.0.0.0/8", "fd00::/8"])


def test_without_trusted_proxies_it_is_the_peers_whatever_is_claimed() -> None:
    assert NONE.of(("10.0.0.1", 1), [b"1.2.3.4"]) == "10.0.0.1"
    assert PROXIED.of(("192.0.2.1", 1), [b"1.2.3.4"]) == "192.0.2.1"


@pytest.mark.parametrize(
    ("claimed", "address"),
    [
        ([], "10.0.0.1"),
        ([b"1.2.3.4"], "1.2.3.4"),
        ([b"6.6.6.6, 1.2.3.4, 10.2.2.2"], "1.2.3.4"),
        ([b"6.6.6.6", b"1.2.3.4,10.2.2.2"], "1.2.3.4"),
        ([b"1.2.3.4:5678"], "1.2.3.4"),
        ([b"[2001:db8::1]:443"], "2001:db8::1"),
        ([b"2001:DB8:0:0::1"], "2001:db8::1"),
        ([b"::ffff:1.2.3.4"], "1.2.3.4"),
        ([b"6.6.6.6, nonsense, 10.2.2.2"], "10.2.2.2"),
        ([b"6.6.6.6, "], "10.0.0.1"),
        ([b"10.3.3.3, fd00::7"], "10.3.3.3"),
        ([b"\xff\x00"], "10.0.0.1"),
    ],
)
def test_behind_a_trusted_proxy_it_is_the_rightmost_untrusted_one(
    claimed: list[bytes], address: str
) -> None:
    assert PROXIED.of(("10.0.0.1", 1), claimed) == address


def test_a_peer_is_known_in_one_spelling() -> None:
    assert NONE.of(("::ffff:192.0.2.1", 1), []) == "192.0.2.1"
    assert NONE.of(("fe80::1%eth0", 1), []) == "fe80::1"
    assert NONE.of(None, []) == UNKNOWN
    assert NONE.of(("", 0), []) == UNKNOWN


@given(st.lists(st.binary(max_size=30)), st.binary(max_size=30))
def test_what_stands_left_of_the_first_untrusted_hop_never_matters(
    left: list[bytes], junk: bytes
) -> None:
    assert PROXIED.of(("10.0.0.1", 1), [*left, junk + b", 1.2.3.4"]) == "1.2.3.4"
