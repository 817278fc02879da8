"""What the tests of this package share."""

from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import httpx2
import jwt
from chassis.clock import utc_now
from chassis.mongo import Database, Document
from chassis_helpers.identity import SignedByGateway
from contracts.claims import ALGORITHM, AUDIENCE, AccessClaims
from contracts.identity import IdentifiedUser, InternalIdentity
from devstack.testing import eventually
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.read_concern import ReadConcern
from user_service.settings import Settings

AUTH = "/api/users/auth"
EMAIL = "ada@example.com"
PASSWORD = "correct horse"
HERE, THERE = "192.0.2.1", "198.51.100.1"


def message(response: httpx2.Response) -> tuple[int, str]:
    """The status and what is said of it."""
    return response.status_code, response.json()["message"]


def bounds(account_and_address: int, account: int, address: int) -> Settings:
    """Settings with these bounds for failed logins; 0 is no bound."""
    return Settings(
        login_failures_per_account_and_address=account_and_address,
        login_failures_per_account=account,
        login_failures_per_address=address,
    )


async def becomes_true(check: Callable[..., Awaitable[object]], *args: object) -> None:
    """Poll until the answer is something true."""

    async def is_true() -> bool:
        return bool(await check(*args))

    reached: bool = await eventually(is_true)
    assert reached


@dataclass
class AdjustableClock:
    """The real time, and as much later as the test wants; or it stands still but for that."""

    ahead: timedelta = field(default_factory=timedelta)
    stands_at: datetime | None = None

    def __call__(self) -> datetime:
        return (self.stands_at or utc_now()) + self.ahead

    def stop(self) -> None:
        """For a test that counts seconds, however long a loaded machine takes."""
        self.stands_at = utc_now()

    def advance(self, **by: float) -> None:
        self.ahead += timedelta(**by)


@dataclass(frozen=True)
class Grant:
    """A 200 or 201 taken apart."""

    access_token: str
    refresh_token: str
    claims: AccessClaims
    response: httpx2.Response


class Client:
    """Calls the service as the gateway does: it says who the caller is."""

    def __init__(self, http: httpx2.AsyncClient, settings: Settings, client_ip: str) -> None:
        self.http = http
        self.settings = settings
        self.client_ip = client_ip

    def from_ip(self, client_ip: str) -> "Client":
        return Client(self.http, self.settings, client_ip)

    def identity(self, claims: AccessClaims | None = None) -> SignedByGateway:
        user = claims and IdentifiedUser(id=claims.user.id, sid=claims.sid, exp=claims.exp)
        return SignedByGateway(
            InternalIdentity(client_ip=self.client_ip, user=user),
            audience="user-service",
            secret=self.settings.internal_secret.get_secret_value(),
        )

    async def post(
        self,
        path: str,
        *,
        json: object = None,
        cookie: str | None = None,
        claims: AccessClaims | None = None,
    ) -> httpx2.Response:
        headers = {} if cookie is None else {"cookie": cookie}
        auth = self.identity(claims)
        return await self.http.post(AUTH + path, json=json, headers=headers, auth=auth)

    async def register(self, email: str = EMAIL, password: str = PASSWORD) -> httpx2.Response:
        body = {"username": "Ada", "email": email, "password": password}
        return await self.post("/register", json=body)

    async def login(self, email: str = EMAIL, password: str = PASSWORD) -> httpx2.Response:
        return await self.post("/login", json={"email": email, "password": password})

    async def refresh(self, refresh_token: str) -> httpx2.Response:
        return await self.post("/refresh", cookie=f"refreshToken={refresh_token}")

    async def logout(
        self, claims: AccessClaims, refresh_token: str | None = None
    ) -> httpx2.Response:
        cookie = refresh_token and f"refreshToken={refresh_token}"
        return await self.post("/logout", claims=claims, cookie=cookie)

    async def me(self, claims: AccessClaims | None) -> httpx2.Response:
        return await self.http.get("/api/users/me", auth=self.identity(claims))

    async def is_revoked(self, claims: AccessClaims) -> bool:
        """As the gateway asks of one session, and of many: both say the same."""
        many = await self.http.get(
            "/internal/revoked-sessions",
            params={"sid": [claims.sid, "unknown"]},
            auth=self.identity(),
        )
        response = await self.http.get(
            "/internal/revocations",
            params={"sid": claims.sid},
            auth=self.identity(),
        )
        assert response.status_code == 200, response.text
        revoked: bool = response.json()["revoked"]
        assert many.json() == {"revoked": [*([claims.sid] if revoked else []), "unknown"]}
        return revoked

    def granted(self, response: httpx2.Response) -> Grant:
        assert response.status_code in {200, 201}, response.text
        access_token = response.json()["accessToken"]
        cookie = response.headers["set-cookie"].partition(";")[0]
        payload = jwt.decode(
            access_token,
            self.settings.jwt_secret.get_secret_value(),
            algorithms=[ALGORITHM],
            audience=AUDIENCE,
            options={"verify_exp": False, "verify_iat": False},
        )
        return Grant(
            access_token,
            cookie.removeprefix("refreshToken="),
            AccessClaims.model_validate(payload),
            response,
        )


async def wrong_logins(client: Client, count: int, email: str = EMAIL) -> Counter[int]:
    responses = [await client.login(email=email, password="wrong horse") for _ in range(count)]
    return Counter(response.status_code for response in responses)


Service = AbstractAsyncContextManager[Client]
StartService = Callable[..., Service]


def counters_of_logins(database: Database) -> AsyncCollection[Document]:
    """As they are, also before a majority has them: their writes do not wait for that."""
    return database.get_collection("login_failures", read_concern=ReadConcern("local"))
