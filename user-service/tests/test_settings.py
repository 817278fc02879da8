from secrets import token_hex

import pytest
from pydantic import ValidationError
from user_service.settings import Settings

SECRETS = {name: token_hex(32) for name in ("internal_secret", "jwt_secret", "refresh_secret")}


def test_production_starts_with_secrets_of_its_own() -> None:
    settings = Settings.model_validate(SECRETS | {"environment": "production"})
    assert settings.in_production


def test_registrations_are_bounded_in_production_unless_set() -> None:
    production = SECRETS | {"environment": "production"}
    assert Settings().registrations_per_address == 0
    assert Settings.model_validate(production).registrations_per_address == 20
    unbounded = production | {"registrations_per_address": 0}
    assert Settings.model_validate(unbounded).registrations_per_address == 0


@pytest.mark.parametrize("name", list(SECRETS))
@pytest.mark.parametrize("value", [None, "short", "change-me-" + "x" * 40])
def test_production_refuses_an_example_or_short_secret_by_name(
    name: str, value: str | None
) -> None:
    given = SECRETS | {"environment": "production", name: value}
    if value is None:
        del given[name]
    with pytest.raises(ValidationError, match=name.upper()):
        Settings.model_validate(given)


@pytest.mark.parametrize(
    "given",
    [
        {"bcrypt_rounds": 3},
        {"password_min_length": 0},
        {"password_min_length": 73},
        {"access_token_ttl_seconds": 0},
        {"login_failures_per_account": -1},
    ],
)
def test_impossible_values_are_refused(given: dict[str, int]) -> None:
    with pytest.raises(ValidationError):
        Settings.model_validate(given)
