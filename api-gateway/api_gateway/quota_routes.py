"""`GET /api/quota`."""

from fastapi import APIRouter, Request

from api_gateway.quota_accounts import Quotas, Report

router = APIRouter(include_in_schema=False)


@router.get("/api/quota", response_model=None)
async def read_quota(request: Request) -> Report:
    scope = request.scope
    quotas: Quotas = scope["state"]["quotas"]
    return await quotas.report(scope["user"].id, scope["quota"])
