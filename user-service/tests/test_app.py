import structlog
from user_helpers.service import EMAIL, PASSWORD, AdjustableClock, Client
from user_service.app import create_app
from user_service.settings import Settings


async def test_health_and_ready_say_what_is_up(client: Client) -> None:
    health = await client.http.get("/health")
    assert health.json() == {"status": "ok", "service": "user-service"}
    ready = await client.http.get("/ready")
    assert ready.status_code == 200
    assert ready.json()["checks"] == {"mongo": "up", "redis": "up", "eviction": "off"}


def test_nothing_is_opened_before_the_lifespan() -> None:
    nowhere = {"mongo_uri": "mongodb://192.0.2.1/x", "redis_uri": "redis://192.0.2.1"}
    assert create_app(Settings.model_validate(nowhere)).title == "user-service"


def test_the_schema_of_a_registration_carries_the_configured_minimum() -> None:
    schemas = create_app(Settings(password_min_length=9)).openapi()["components"]["schemas"]
    assert schemas["Registration"]["properties"]["password"]["minLength"] == 9


async def test_no_log_line_holds_an_address_a_password_or_a_token(
    client: Client, clock: AdjustableClock
) -> None:
    with structlog.testing.capture_logs() as lines:
        first = client.granted(await client.register())
        second = client.granted(await client.refresh(first.refresh_token))
        await client.login(password="wrong horse")
        for _ in range(12):
            await client.login(email="nobody@example.com")
        await client.logout(client.granted(await client.login()).claims, second.refresh_token)
        other = client.granted(await client.login())
        await client.refresh(other.refresh_token)
        clock.advance(minutes=11)
        await client.refresh(other.refresh_token)
    text = str(lines)
    for event in (
        "account registered",
        "session revoked",
        "refresh token reused",
        "attempt refused",
    ):
        assert event in text
    for secret in (
        EMAIL,
        "nobody@example.com",
        PASSWORD,
        "wrong horse",
        first.access_token,
        first.refresh_token,
        second.refresh_token,
        other.refresh_token,
    ):
        assert secret not in text
