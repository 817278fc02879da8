"""`python -m api_gateway.quota`: list, set and reset the plans and what single users have."""

import argparse
import asyncio
import re
import sys
from collections.abc import Mapping, Sequence
from typing import Any, Final

from chassis.logs import configure_logs
from chassis.mongo import Database, open_mongo
from chassis.settings import load_settings
from pymongo.errors import PyMongoError

from api_gateway.plans import DEFAULT, NAMES, OVERRIDES, PLANS, REFRESH_SECONDS, limits_of
from api_gateway.quota_limits import MOST
from api_gateway.settings import Settings

_HELP: Final = f"""\
A plan is six limits: {", ".join(NAMES)}.
A burst is 10 seconds; 0 is no limit. Limits that a plan does not name are those of the plan "{DEFAULT}",
and those that this one does not name are the settings' (QUOTA_READ_BURST and its like).
A user has the default plan, or the one that is set, and on top of it limits of their own.
Gateways follow within {REFRESH_SECONDS:.0f} seconds. What a user has used stays used.

  list                                          all plans, and the users that have something set
  set plan pro read-minute=2400 write-day=0     make or change a plan
  set user 64ad0c1e9f… plan=pro write-burst=5   give a user a plan, limits of their own, or both
  reset plan pro                                delete a plan that no user has
  reset user 64ad0c1e9f…                        give a user the default plan again

A user is named by their id (`GET /api/users/me`)."""
_PLAN_NAME: Final = re.compile(r"[a-z][a-z0-9-]{0,31}")
_USER_ID: Final = re.compile(r"[0-9a-f]{24}")
_RESERVED: Final = "off"  # what `GET /api/quota` says where nothing is counted


class Refused(Exception):
    """What was asked cannot be done; the message says why, and what can."""


async def change(database: Database, what: str, name: str, values: Mapping[str, str]) -> str:
    """Set limits, and for a user the plan; a sentence that says so. Raises Refused, PyMongoError."""
    new: dict[str, Any] = {}
    for key, value in values.items():
        if key == "plan" and what == "user":
            if value != DEFAULT and not await database[PLANS].find_one({"_id": value}):
                raise Refused(f"There is no plan {value!r}: `set plan {value} …` makes it.")
            new["plan"] = value
        else:
            limit_name = _limit_name(key)
            new[f"limits.{limit_name}"] = _limit(key, value)
    await _collection(database, what, name).update_one({"_id": name}, {"$set": new}, upsert=True)
    return f"Set: {what} {name}."


async def reset(database: Database, what: str, name: str) -> str:
    """Forget what was set; a sentence that says so. Raises Refused, PyMongoError."""
    collection = _collection(database, what, name)
    if what == "plan" and (users := await database[OVERRIDES].count_documents({"plan": name})):
        raise Refused(f"{users} user(s) have the plan {name!r}: reset them, or give them another.")
    deleted = await collection.delete_one({"_id": name})
    if not deleted.deleted_count:
        raise Refused(f"Nothing is set for {what} {name!r}: `list` shows what is.")
    return f"Reset: {what} {name}."


async def listing(database: Database, settings: Mapping[str, int]) -> str:
    """All plans and overrides, one a line."""
    plans = {plan["_id"]: plan async for plan in database[PLANS].find().sort("_id")}
    default = {**settings, **limits_of(plans.pop(DEFAULT, {}))}
    lines = [_line(f"plan {DEFAULT}", default)]
    lines += [_line(f"plan {name}", limits_of(plan)) for name, plan in plans.items()]
    async for user in database[OVERRIDES].find().sort("_id"):
        plan = {"plan": user["plan"]} if "plan" in user else {}
        lines.append(_line(f"user {user['_id']}", plan | dict(limits_of(user))))
    return "\n".join(lines)


def _line(subject: str, values: Mapping[str, object]) -> str:
    return f"{subject:30} " + " ".join(f"{name}={value}" for name, value in values.items())


def _collection(database: Database, what: str, name: str) -> Any:  # noqa: ANN401 — PyMongo's own
    if what == "user":
        if not _USER_ID.fullmatch(name):
            raise Refused(f"{name!r} is no user's id: that has 24 digits from 0 to f.")
        return database[OVERRIDES]
    if not _PLAN_NAME.fullmatch(name) or name == _RESERVED:
        raise Refused(f"{name!r} is no name for a plan: use up to 32 of a-z, 0-9 and -.")
    return database[PLANS]


def _limit_name(name: str) -> str:
    if name not in NAMES:
        raise Refused(f"{name!r} is no limit: there are {', '.join(NAMES)}.")
    return name


def _limit(name: str, value: str) -> int:
    if not (value.isascii() and value.isdecimal() and int(value) <= MOST):
        raise Refused(f"{name}={value}: give a number from 0 (no limit) to {MOST}.")
    return int(value)


def _values(words: Sequence[str]) -> dict[str, str]:
    values = {}
    for word in words:
        name, equals, value = word.partition("=")
        if not equals or name in values:
            raise Refused(f"{word!r}: give each limit once, as in read-minute=2400.")
        values[name] = value
    if not values:
        raise Refused("Set what? Say which limits, as in read-minute=2400.")
    return values


async def run(options: argparse.Namespace, settings: Settings) -> str:
    """Run one command; what it has to say. Raises Refused, PyMongoError."""
    async with open_mongo(settings.mongo_uri.get_secret_value(), {}) as database:
        match options.command:
            case "set":
                values = _values(options.values)
                return await change(database, options.what, options.name, values)
            case "reset":
                return await reset(database, options.what, options.name)
            case _:
                return await listing(database, settings.default_limits())


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m api_gateway.quota",
        description="How many requests users may send. MONGO_URI says where the plans are.",
        epilog=_HELP,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    commands.add_parser("list", help="show all that is set")
    for name, help_text in (("set", "set limits"), ("reset", "forget what was set")):
        command = commands.add_parser(name, help=help_text)
        command.add_argument("what", choices=["plan", "user"])
        command.add_argument("name", help="of the plan, or the user's id")
        if name == "set":
            command.add_argument("values", nargs="*", metavar="NAME=NUMBER", help="or plan=NAME")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit status: 1 if it was refused, 2 for wrong arguments."""
    options = _options(sys.argv[1:] if arguments is None else arguments)
    settings = load_settings(Settings)
    configure_logs("api-gateway", level="critical", log_format=settings.log_format)
    try:
        text = asyncio.run(run(options, settings))
    except Refused as refusal:
        sys.stderr.write(f"{refusal}\n")
        return 1
    except PyMongoError as error:
        sys.stderr.write(f"MongoDB does not answer ({type(error).__name__}): see MONGO_URI.\n")
        return 1
    sys.stdout.write(f"{text}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
