"""The script in Redis that counts requests and looks at the blacklist, in one round trip."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final

from chassis.redis import RedisClient
from contracts.blacklist import KEY

from api_gateway.quota_counts import Count

SCRIPT: Final = Path(__file__).with_name("quota_script.lua").read_text()
PREFIX: Final = "quota:"  # of the accounts' keys


class QuotaScript:
    """Counts the requests of all gateways alike.

    `clock` gives microseconds; without one Redis's own clock counts, which all gateways share.
    """

    def __init__(self, redis: RedisClient, *, clock: Callable[[], int] | None = None) -> None:
        self._run = redis.commands.register_script(SCRIPT)
        self._clock = clock

    async def count(self, mark: str, asked: Sequence[tuple[str, Count]]) -> list[float | None]:
        """The scores of the ready mark and of each session in the blacklist, None where there is none.

        `asked` are sessions ("" for none), each with the request to be counted; a revoked session's
        is not. Raises what redis-py raises, and ValueError.
        """
        keys = []
        # The blacklist is not among the keys: for those Redis wants the right to write.
        arguments: list[str | bytes] = [KEY, mark, str(self._clock()) if self._clock else ""]
        for sid, count in asked:
            keys.append(PREFIX + count.account)
            arguments += (sid, count.limits.packed(count.cost))
        answer: str = await self._run(keys=keys, args=arguments)
        words = iter(answer.split())
        scores = [_score(next(words))]
        for _, count in asked:
            scores.append(_score(next(words)))
            _tell(count, words)
        return scores


def _tell(count: Count, words: Iterator[str]) -> None:
    outcome = next(words)
    if outcome != "-1":
        count.counted(outcome == "1", [int(next(words)) for _ in count.limits.intervals])


def _score(word: str) -> float | None:
    return None if word == "-" else float(word)
