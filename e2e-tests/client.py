"""A client of the gateway: somebody with an account, an access token and a cookie jar."""

import secrets
import ssl
from collections.abc import Awaitable, Callable
from typing import Any

import httpx2
import jwt

AUTH = "/api/users/auth"
TASKS = "/api/tasks"
ACTIVITY = "/api/activity"
REFRESH_COOKIE = "refreshToken"
PASSWORD = "correct horse battery"
ORIGIN = "http://localhost:3000"

Json = dict[str, Any]

_TLS = ssl.create_default_context()  # once for all clients: the certificates take 40 ms to load


def new_email() -> str:
    """An address that no account has."""
    return f"user-{secrets.token_hex(8)}@example.com"


def new_http(base: str, *, local_address: str | None = None) -> httpx2.AsyncClient:
    """A bare client. `local_address` is the loopback address that the gateway sees it come from."""
    transport = httpx2.AsyncHTTPTransport(verify=_TLS, local_address=local_address, retries=0)
    # The time-out is a deadline for a stuck suite, longer than the gateway's own.
    return httpx2.AsyncClient(transport=transport, base_url=base, timeout=45.0, trust_env=False)


class User:
    """One signed-in client. `token` and the cookies are those of the newest session."""

    def __init__(self, http: httpx2.AsyncClient) -> None:
        self.http = http
        self.email = new_email()
        self.password = PASSWORD
        self.token = ""

    @property
    def claims(self) -> Json:
        """What the access token says; its signature is the services' affair."""
        return claims_of(self.token)

    @property
    def id(self) -> str:
        return str(self.claims["user"]["id"])

    @property
    def cookie(self) -> str:
        """The refresh token in the jar."""
        return self.http.cookies[REFRESH_COOKIE]

    @property
    def bearer(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self.token}"}

    async def call(self, method: str, path: str, **options: Any) -> httpx2.Response:  # noqa: ANN401 — httpx2's own
        """Any request with the access token."""
        headers = self.bearer | dict(options.pop("headers", None) or {})
        return await self.http.request(method, path, headers=headers, **options)

    async def get(self, path: str, **options: Any) -> httpx2.Response:  # noqa: ANN401 — httpx2's own
        return await self.call("GET", path, **options)

    async def register(self) -> None:
        body = {"username": "User", "email": self.email, "password": self.password}
        self._sign_in(await self.http.post(f"{AUTH}/register", json=body), 201)

    async def login(self) -> None:
        """Open another session; the former one lives on."""
        body = {"email": self.email, "password": self.password}
        self._sign_in(await self.http.post(f"{AUTH}/login", json=body), 200)

    async def refresh(self) -> None:
        self._sign_in(await self.http.post(f"{AUTH}/refresh"), 200)

    async def logout(self) -> httpx2.Response:
        return await self.call("POST", f"{AUTH}/logout")

    def _sign_in(self, answer: httpx2.Response, status: int) -> None:
        assert answer.status_code == status, answer.text
        self.token = answer.json()["accessToken"]

    async def create(self, **fields: Any) -> Json:  # noqa: ANN401 — what a test wants to send
        """A new task, as the gateway answered it."""
        body = {"title": "Water the plants", "status": "Open"} | fields
        answer = await self.call("POST", TASKS, json=body)
        assert answer.status_code == 201, answer.text
        task: Json = answer.json()["task"]
        return task

    async def update(self, task: Json, **changes: Any) -> Json:  # noqa: ANN401 — what a test wants to send
        """The task after a change."""
        answer = await self.call("PATCH", path_of(task), json=changes)
        assert answer.status_code == 200, answer.text
        updated: Json = answer.json()["task"]
        return updated

    async def delete(self, task: Json) -> None:
        answer = await self.call("DELETE", path_of(task))
        assert answer.status_code == 200, answer.text

    async def restore(self, task: Json) -> Json:
        """The task, taken out of the trash."""
        answer = await self.call("POST", f"{path_of(task)}/restore")
        assert answer.status_code == 200, answer.text
        restored: Json = answer.json()["task"]
        return restored

    async def bulk(self, **body: Any) -> Json:  # noqa: ANN401 — what a test wants to send
        """What became of many tasks, as the gateway answered it."""
        answer = await self.call("POST", f"{TASKS}/bulk", json=body)
        assert answer.status_code == 200, answer.text
        outcome: Json = answer.json()
        return outcome

    async def all_tasks(self) -> list[Json]:
        """Every task, by cursor."""
        return await self._walk(TASKS, "tasks", {})

    async def feed(self, **query: str) -> list[Json]:
        """Every activity, newest first, by cursor."""
        return await self._walk(ACTIVITY, "activities", query)

    async def _walk(self, path: str, rows: str, query: dict[str, str]) -> list[Json]:
        found: list[Json] = []
        while True:
            answer = await self.get(path, params=query)
            assert answer.status_code == 200, answer.text
            found += answer.json()[rows]
            cursor = answer.json()["nextCursor"]
            if cursor is None:
                return found
            query = query | {"cursor": cursor}


NewUser = Callable[[], Awaitable[User]]


def path_of(task: Json) -> str:
    return f"{TASKS}/{task['_id']}"


def claims_of(token: str) -> Json:
    claims: Json = jwt.decode(token, options={"verify_signature": False})
    return claims


def assert_error(answer: httpx2.Response, status: int, message: str | None = None) -> Json:
    """An error as in `docs/api.md`, whole: status, body, and the request id in both places."""
    assert answer.status_code == status, f"{answer.status_code} {answer.text}"
    assert answer.headers["content-type"].startswith("application/json")
    body: Json = answer.json()
    assert body["requestId"] == answer.headers["x-request-id"]
    assert isinstance(body["message"], str)
    assert body["message"]
    if message is not None:
        assert body["message"] == message
    for fault in body.get("errors", []):
        assert set(fault) == {"field", "message"}
    if "errors" in body:
        assert status == 400
    return body


def faulty_fields(answer: httpx2.Response) -> set[str]:
    """The fields that a 400 complains about."""
    return {fault["field"] for fault in assert_error(answer, 400)["errors"]}


def cookie_of(answer: httpx2.Response) -> dict[str, str]:
    """Name to value of the one cookie set, the cookie's own first; names in lower case."""
    [line] = answer.headers.get_list("set-cookie")
    pairs = (part.strip().partition("=") for part in line.split(";"))
    return {name if name == REFRESH_COOKIE else name.lower(): value for name, _, value in pairs}


async def present(http: httpx2.AsyncClient, refresh_token: str) -> httpx2.Response:
    """Refresh with that very cookie, whatever the jar holds."""
    http.cookies.clear()
    return await http.post(
        f"{AUTH}/refresh", headers={"cookie": f"{REFRESH_COOKIE}={refresh_token}"}
    )
