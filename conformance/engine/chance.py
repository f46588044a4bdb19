"""Everything a run takes from outside its own logic: chance, the clock, waiting.

All of it goes through one seeded object, so that a recorded run can be repeated.
"""

import random
import string
import time
from collections.abc import Callable
from typing import TypeVar

Result = TypeVar("Result")

_LETTERS = string.ascii_lowercase
_SALT = string.ascii_lowercase + string.digits


class Chance:
    """The run's mark, unused values, salts, the clock and waiting."""

    def __init__(
        self,
        seed: int,
        worker: str = "",
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.seed = seed
        self._random = random.Random(f"{seed}/{worker}")
        self._clock = clock
        self._sleep = sleep
        self._count = 0
        run = random.Random(seed).choices(_SALT, k=8)
        #: Text that every object of this run carries, letters and digits only.
        self.mark = "hc" + "".join(run)
        # the letter keeps the eleventh value of worker 1 apart from the first of worker 11
        self._prefix = "".join(c for c in worker if c.isalnum()) + "x" if worker else ""

    def unused(self) -> str:
        """A short text no other call of this run has returned, on any worker."""
        self._count += 1
        return f"{self._prefix}{self._count}"

    def word(self, length: int = 12) -> str:
        """A fresh word of small letters: unlikely to stand anywhere else on the server."""
        return "".join(self._random.choices(_LETTERS, k=length))

    def salt(self) -> str:
        """A fresh salt of 32 letters and digits."""
        return "".join(self._random.choices(_SALT, k=32))

    def unissued_id(self) -> int:
        """An id that no server has reached yet; fits into 31 bits."""
        return self._random.randrange(2_000_000_000, 2_147_000_000)

    def number(self, lowest: int, highest: int) -> int:
        return self._random.randint(lowest, highest)

    def bytes(self, length: int) -> bytes:
        return self._random.randbytes(length)

    def now(self) -> float:
        """Seconds since 1970."""
        return self._clock()

    def fill(self, template: str) -> str:
        """The template with {mark}, {n}, {now} and {word} replaced."""
        if "{" not in template:
            return template
        text = template.replace("{mark}", self.mark).replace("{now}", str(int(self.now())))
        if "{n}" in text:
            text = text.replace("{n}", self.unused())
        if "{word}" in text:
            text = text.replace("{word}", self.word())
        return text

    def sleep(self, seconds: float) -> None:
        """Wait."""
        self._sleep(seconds)

    def poll(
        self, attempt: Callable[[], Result], done: Callable[[Result], bool], seconds: float
    ) -> Result:
        """Repeat the attempt until it is done or the time is over; returns the last result."""
        deadline = self.now() + seconds
        pause = 0.1
        result = attempt()
        while not done(result) and self.now() < deadline:
            self._sleep(pause)
            pause = min(pause * 2, 2.0)
            result = attempt()
        return result
