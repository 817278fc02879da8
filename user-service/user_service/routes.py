"""The HTTP side: bodies in, cookies and statuses out."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

from chassis.identity import IdentifiedRoute, Identity, User, current_identity
from contracts import revocation
from contracts.claims import Id
from fastapi import APIRouter, Depends, Query, Request, Response

from user_service.accounts import Accounts
from user_service.cookies import PATH, cleared_cookie, presented_token, token_cookie
from user_service.revocations import Revocations
from user_service.schemas import AccessTokenAnswer, Credentials, registration
from user_service.sessions import Grant, Sessions
from user_service.settings import UserServiceSettings


@dataclass(frozen=True)
class UseCases:
    """What the routes call; opened in the lifespan."""

    accounts: Accounts
    sessions: Sessions
    revocations: Revocations


def auth_router(settings: UserServiceSettings, opened: Callable[[], UseCases]) -> APIRouter:
    """The four public calls, which the gateway forwards."""
    router = APIRouter(prefix=PATH, route_class=IdentifiedRoute, tags=["accounts"])
    registration_body = registration(settings.password_min_length)
    secure = settings.in_production

    def signed_in(grant: Grant, response: Response) -> AccessTokenAnswer:
        response.headers["set-cookie"] = token_cookie(
            grant.refresh_token, max_age=settings.refresh_token_ttl_seconds, secure=secure
        )
        return AccessTokenAnswer(access_token=grant.access_token)

    @router.post("/register", status_code=201, dependencies=[Depends(current_identity)])
    async def register(
        body: registration_body,  # type: ignore[valid-type]  # its bounds are settings
        response: Response,
    ) -> AccessTokenAnswer:
        user = await opened().accounts.register(body)
        return signed_in(await opened().sessions.open(user), response)

    @router.post("/login")
    async def login(body: Credentials, identity: Identity, response: Response) -> AccessTokenAnswer:
        user = await opened().accounts.authenticate(body, identity.address)
        return signed_in(await opened().sessions.open(user), response)

    @router.post("/refresh", dependencies=[Depends(current_identity)])
    async def refresh(request: Request, response: Response) -> AccessTokenAnswer:
        return signed_in(await opened().sessions.rotate(presented_token(request)), response)

    @router.post("/logout", status_code=204)
    async def logout(request: Request, user: User, response: Response) -> None:
        await opened().sessions.close(user, presented_token(request))
        response.headers["set-cookie"] = cleared_cookie(secure=secure)

    return router


def internal_router(opened: Callable[[], UseCases]) -> APIRouter:
    """What the gateway itself asks."""
    router = APIRouter(tags=["internal"], dependencies=[Depends(current_identity)])

    @router.get(revocation.PATH)
    async def is_revoked(
        jti: Annotated[Id, Query()], sid: Annotated[Id, Query()]
    ) -> revocation.RevocationAnswer:
        revoked = await opened().revocations.is_revoked(jti, sid)
        return revocation.RevocationAnswer(revoked=revoked)

    return router
