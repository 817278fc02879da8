"""What arrives on a raw connection, and is not a request that a browser would send."""

import pytest
from api_gateway.request_body import AHEAD_BYTES
from devstack.testing import eventually
from gateway_helpers.gateway import RunningGateway, head, only_error
from gateway_helpers.peers import Peer

CHUNK = f"{AHEAD_BYTES:x}\r\n" + "a" * AHEAD_BYTES + "\r\n"  # so large that it is sent on alone
SMUGGLED = head("DELETE", path="/api/tasks/smuggled")


@pytest.mark.parametrize(
    "lines",
    [
        ["Content-Length: 5", "Transfer-Encoding: chunked"],
        ["Transfer-Encoding: chunked", "Content-Length: 5"],
        ["Content-Length: 5", "Content-Length: 6"],
        ["Content-Length: 5, 5"],
        ["Content-Length: -1"],
        ["Content-Length: +5"],
        ["Content-Length: 0x5"],
        ["Content-Length:"],
        ["Content-Length: 99999999999999999999"],
        ["Transfer-Encoding: xchunked"],
        ["Transfer-Encoding: identity"],
        ["Transfer-Encoding: gzip, chunked"],
        ["Transfer-Encoding: chunked, chunked"],
        ["Transfer-Encoding: chunked", "Transfer-Encoding: identity"],
        ["Transfer-Encoding : chunked"],
        ["Transfer-Encoding: chunked\x0b"],
        ["Transfer-Encoding:\n chunked"],
        ["X-A: b\rTransfer-Encoding: chunked"],
        ["X-A: b\x00c"],
        ["X A: b"],
        [": b"],
        ["X-A: b", " folded"],
        ["Host: y"],
    ],
)
async def test_an_ambiguous_request_is_refused(
    gateway: RunningGateway, peer: Peer, lines: list[str]
) -> None:
    received = await gateway.raw(head("POST", *lines) + "0\r\n\r\n" + SMUGGLED)
    only_error(received, 400)
    assert peer.seen == []


@pytest.mark.parametrize(
    "data",
    [
        "nonsense\r\n\r\n",
        "\x16\x03\x01\x02\x00\x01\x00\x01\xfc",
        "GET /api/tasks HTTP/1.1\nHost: x\n\n",
        "GET api/tasks HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET /api/tasks/a b HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET /api/tasks/\xe9 HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET http://x HTTP/1.1\r\nHost: x\r\n\r\n",
        "CONNECT x:80 HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET /api/ta\x00sks HTTP/1.1\r\nHost: x\r\n\r\n",
    ],
)
async def test_a_malformed_request_gets_400(gateway: RunningGateway, peer: Peer, data: str) -> None:
    only_error(await gateway.raw(data), 400)
    assert peer.seen == []


async def test_trailers_are_not_headers(gateway: RunningGateway, peer: Peer) -> None:
    chunks = "3\r\none\r\n0\r\n"
    request = head("POST", "Connection: close", "Transfer-Encoding: chunked") + chunks
    await gateway.raw(request + "X-Trailed: 1\r\nHost: y\r\n\r\n")
    assert peer.seen[0].body == b"one"
    assert peer.seen[0].all("x-trailed") == []
    anonymous = "".join(f"{line}\r\n" for line in request.split("\r\n") if "Bearer" not in line)
    authorization = next(line for line in request.split("\r\n") if "Bearer" in line)
    refused = await gateway.raw(anonymous.removesuffix("\r\n") + f"{authorization}\r\n\r\n")
    assert refused.startswith(b"HTTP/1.1 401")
    assert len(peer.seen) == 1


async def test_broken_chunks_break_off_the_request(gateway: RunningGateway, peer: Peer) -> None:
    async with gateway.connected() as stream:
        await stream.write(head("POST", "Transfer-Encoding: chunked") + CHUNK)
        await eventually(lambda: peer.seen and len(peer.seen[0].body) == AHEAD_BYTES)
        await stream.write("zz\r\n")
        only_error(await stream.read(), 400)
    await eventually(lambda: peer.seen[0].gone)
    assert not peer.seen[0].whole


async def test_nothing_is_written_into_an_answer_that_has_begun(
    gateway: RunningGateway, peer: Peer
) -> None:
    async with gateway.connected() as stream:
        await stream.write(head("GET") + head("GET") + head("GET", "Connection: close"))
        received = await stream.read()
    assert received.count(b"HTTP/1.1 200") == 3
    assert len(peer.seen) == 3


async def test_an_absolute_address_is_read_for_its_path_alone(
    gateway: RunningGateway, peer: Peer
) -> None:
    line = head("GET", "Connection: close", path="http://evil.example/api/tasks?a=b")
    assert (await gateway.raw(line)).startswith(b"HTTP/1.1 200")
    assert (peer.seen[0].path, peer.seen[0].query) == (b"/api/tasks", b"a=b")
    assert peer.seen[0].one("host") == peer.url.removeprefix("http://")


@pytest.mark.parametrize("method", ["FOO", "get", "PURGE", "M-SEARCH", "DESCRIBE", "X" * 100])
async def test_a_method_of_no_standard_gets_501(
    gateway: RunningGateway, peer: Peer, method: str
) -> None:
    ask = head(method, "Connection: close", path="/nowhere")
    assert (await gateway.raw(ask)).startswith(b"HTTP/1.1 501 ")
    after_another = await gateway.raw("GET /health HTTP/1.1\r\nHost: x\r\n\r\n" + ask)
    assert after_another.count(b"HTTP/1.1 200 ") == after_another.count(b"HTTP/1.1 501 ") == 1
    assert peer.seen == []


async def test_the_preface_of_http_2_gets_505(gateway: RunningGateway) -> None:
    only_error(await gateway.raw("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), 505)


@pytest.mark.parametrize("path", ["/health", "/api/tasks", "/nothing"])
@pytest.mark.parametrize("version", ["0.9", "1.2", "2.0", "3", "9.9"])
async def test_another_version_of_http_gets_505(
    gateway: RunningGateway, peer: Peer, path: str, version: str
) -> None:
    request = head("GET", path=path).replace("HTTP/1.1", f"HTTP/{version}")
    only_error(await gateway.raw(request), 505)
    assert peer.seen == []


async def test_a_request_line_without_a_version_gets_505(gateway: RunningGateway) -> None:
    only_error(await gateway.raw("GET /health\r\n\r\n"), 505)


@pytest.mark.parametrize("path", ["/health", "/api/tasks"])
@pytest.mark.parametrize("hosts", ["", "Host: x\r\nHost: x\r\n"])
async def test_a_request_without_its_one_host_gets_400(
    gateway: RunningGateway, path: str, hosts: str
) -> None:
    only_error(await gateway.raw(f"GET {path} HTTP/1.1\r\n{hosts}\r\n"), 400)


async def test_after_a_response_to_http_1_0_the_connection_is_closed(
    gateway: RunningGateway, peer: Peer
) -> None:
    line = head("GET").replace("HTTP/1.1", "HTTP/1.0").replace("Host: x\r\n", "")
    received = await gateway.raw(line)
    assert received.startswith(b"HTTP/1.1 200")
    assert len(peer.seen) == 1
