"""The HTTP side: bodies in, cookies and statuses out."""

from typing import Annotated

from chassis.bodies import StrictJsonRoute
from chassis.errors import Unauthorized
from chassis.identity import Identity, User
from chassis.openapi import error_responses
from chassis.state import from_state
from contracts import revocation
from contracts.claims import Id
from fastapi import APIRouter, Query, Request, Response

from user_service.accounts import Accounts
from user_service.cookies import PATH, cleared_cookie, presented_tokens, token_cookie
from user_service.grants import Grant, Grants
from user_service.login_results import counting_login
from user_service.schemas import (
    AccessTokenAnswer,
    Credentials,
    UserAnswer,
    UserBody,
    registration,
)
from user_service.sessions import Sessions
from user_service.settings import Settings

TheAccounts = Annotated[Accounts, from_state("accounts")]
TheSessions = Annotated[Sessions, from_state("sessions")]
TheGrants = Annotated[Grants, from_state("grants")]


class AccountGone(Unauthorized):
    """The token was good (RFC 6750, section 3.1), but its account is no more."""

    def __init__(self) -> None:
        super().__init__("Invalid token")
        self.headers["www-authenticate"] = 'Bearer error="invalid_token"'


def auth_router(settings: Settings) -> APIRouter:
    """The four public calls, which the gateway forwards; the password's bounds are a setting."""
    router = APIRouter(prefix=PATH, route_class=StrictJsonRoute, tags=["accounts"])
    registration_body = registration(settings.password_min_length)
    secure = settings.in_production

    def signed_in(grant: Grant, response: Response) -> AccessTokenAnswer:
        response.headers["set-cookie"] = token_cookie(
            grant.refresh_token, max_age=settings.refresh_token_ttl_seconds, secure=secure
        )
        return AccessTokenAnswer(access_token=grant.access_token)

    @router.post(
        "/register", status_code=201, responses=error_responses({409: "Email already registered"})
    )
    async def register(
        body: registration_body,  # type: ignore[valid-type]  # its bounds are settings
        identity: Identity,
        accounts: TheAccounts,
        grants: TheGrants,
        response: Response,
    ) -> AccessTokenAnswer:
        user = await accounts.register(body, identity.client_ip)
        return signed_in(await grants.issue(user), response)

    @router.post("/login", responses=error_responses({401: "Invalid credentials"}))
    async def login(
        body: Credentials,
        identity: Identity,
        accounts: TheAccounts,
        grants: TheGrants,
        response: Response,
    ) -> AccessTokenAnswer:
        with counting_login():
            user = await accounts.authenticate(body, identity.client_ip)
        return signed_in(await grants.issue(user), response)

    @router.post("/refresh", responses=error_responses({401: "Refresh token missing"}))
    async def refresh(
        request: Request, identity: Identity, grants: TheGrants, response: Response
    ) -> AccessTokenAnswer:
        grant = await grants.refresh(presented_tokens(request), identity.client_ip)
        return signed_in(grant, response)

    @router.post("/logout", status_code=204)
    async def logout(request: Request, user: User, grants: TheGrants, response: Response) -> None:
        await grants.revoke(user, presented_tokens(request))
        response.headers["set-cookie"] = cleared_cookie(secure=secure)

    return router


user_router = APIRouter(prefix="/api/users", tags=["accounts"])


@user_router.get("/me")
async def current_account(user: User, accounts: TheAccounts) -> UserAnswer:
    """The account of the access token; 401 when it is gone."""
    account = await accounts.find(user.id)
    if account is None:
        raise AccountGone
    return UserAnswer(
        user=UserBody(
            id=user.id,
            username=account["username"],
            email=account["email"],
            created_at=account["createdAt"],
        )
    )


internal_router = APIRouter(include_in_schema=False)


@internal_router.get(revocation.PATH)
async def is_revoked(
    sid: Annotated[Id, Query()], sessions: TheSessions
) -> revocation.RevocationAnswer:
    """What the gateway itself asks when Redis cannot answer."""
    return revocation.RevocationAnswer(revoked=await sessions.is_revoked(sid))


@internal_router.get(revocation.REVOKED_PATH)
async def revoked_sessions(
    sid: Annotated[list[Id], Query(max_length=revocation.MOST_SESSIONS)], sessions: TheSessions
) -> revocation.RevokedSessions:
    """The same of many sessions: the gateway asks for those of the streams that are open."""
    return revocation.RevokedSessions(revoked=await sessions.revoked_among(sid))
