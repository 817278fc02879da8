"""A client of several addresses, of which any will do: as behind a name with several addresses."""

import httpx2

_CONNECT_SECONDS = 1.0  # a machine that is gone refuses nothing


class Anywhere(httpx2.AsyncBaseTransport):
    """Sends each request to the first address that takes a connection, from the last that did on.

    An address that refuses has got nothing of the request, so the next one is no second attempt. After
    anything else than a response the next request begins elsewhere, with connections of its own.
    """

    def __init__(
        self, addresses: list[str], port: int, *, connect: float = _CONNECT_SECONDS
    ) -> None:
        self._order = list(addresses)
        self._port = port
        self._connect = connect
        self._transport = httpx2.AsyncHTTPTransport(retries=0)

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        for _ in self._order:
            request.url = request.url.copy_with(host=self._order[0], port=self._port)
            request.extensions["timeout"] |= {"connect": self._connect}
            try:
                response = await self._transport.handle_async_request(request)
            except (httpx2.ConnectError, httpx2.ConnectTimeout) as error:
                refusal = error
                self.pass_over()
            except httpx2.TransportError:
                await self._forget()
                raise
            else:
                if response.status_code >= 500:
                    self.pass_over()
                return response
        raise refusal

    def pass_over(self) -> None:
        """Begin with the next address."""
        self._order.append(self._order.pop(0))

    async def _forget(self) -> None:
        self.pass_over()
        old, self._transport = self._transport, httpx2.AsyncHTTPTransport(retries=0)
        await old.aclose()

    async def aclose(self) -> None:
        await self._transport.aclose()
