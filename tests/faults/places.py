"""What a storm breaks: the product's processes, its broker, its database, and who receives its messages."""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from dataops.engine.confine import die_with_parent
from dataops.web.probe import answers
from dataops.web.processes import ROOT
from tests.faults.traffic import Looks
from tests.support.faulty import Ledger
from tests.support.installation import Installation
from tests.support.postgres import PostgresServer
from tests.support.redis import RedisServer
from tests.support.waiting import eventually

VICTIMS = ("web", "worker-fast", "worker-heavy", "worker child", "reader", "beat", "watch")
# Of these the process that was started last, which does the work.
THE_LAST = ("worker child", "reader")


@dataclass(slots=True)
class Place:
    """One installation under its supervisor; ``redis`` and ``database`` are there where they are servers."""

    product: Installation
    ledger: Ledger
    hook: str
    looks: Looks
    redis: RedisServer | None = None
    database: PostgresServer | None = None

    def kill(self, chance: random.Random) -> str:
        """kill -9 of one process that runs now; its name."""
        while True:
            victim = chance.choice(VICTIMS)
            part = "worker-heavy" if victim == "worker child" else victim
            pids = self.product.pids(part)
            if pids:
                break
        with suppress(ProcessLookupError):
            os.kill(pids[-1 if victim in THE_LAST else 0], signal.SIGKILL)
        return victim

    def lose_broker(self) -> None:
        """kill -9 of the broker, and nothing it kept comes back."""
        with self._during("broker lost"):
            if self.redis:
                self.redis.kill()
                time.sleep(1)
                self.redis.start()
                return
            for pid in self.product.pids("broker"):
                os.kill(pid, signal.SIGKILL)
            shutil.rmtree(self.product.home / "broker" / "appendonlydir", ignore_errors=True)
            eventually(lambda: self.product.pids("broker"))

    def silence_broker(self, seconds: float) -> None:
        """It takes connections and never answers."""
        pids = [self.redis.pid] if self.redis else self.product.pids("broker")
        with self._during("broker silent"):
            for pid in pids:
                os.kill(pid, signal.SIGSTOP)
            time.sleep(seconds)
            for pid in pids:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGCONT)

    def lose_receivers(self, seconds: float) -> None:
        """Mail and webhooks fail, every one."""
        usual, self.ledger.share = self.ledger.share, 1.0
        with self._during("receivers down"):
            time.sleep(seconds)
        self.ledger.share = usual

    def restart_database(self, watch_seconds: float) -> float:
        """Seconds from its return to the last page that failed, of those that are watched."""
        assert self.database is not None
        with self._during("database down"):
            self.database.stop()
            self.database.start()
        back = time.monotonic()
        time.sleep(watch_seconds)
        failed = [look.at - back for look in self.looks.seen if look.at > back and not look.ok]
        return max(failed, default=0.0)

    def check(self, *words: str) -> str:
        """What the checker prints, see ``checker``."""
        command = [sys.executable, "-m", "tests.faults.checker", *words]
        environ = self.product.environ | {"LOG_LEVEL": "ERROR"}
        done = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def _wait_until_served(self) -> None:
        """What was killed just before is no fault of what comes now."""
        eventually(lambda: answers("127.0.0.1", self.product.port), what=self.product.said)

    @contextmanager
    def _during(self, what: str) -> Iterator[None]:
        self._wait_until_served()
        self.looks.during = what
        try:
            yield
        finally:
            self.looks.during = "mending"


@contextmanager
def second_beat(product: Installation) -> Iterator[None]:
    """Another scheduler beside that of the supervisor, which does no harm."""
    command = [str(Path(sys.executable).with_name("celery")), "--quiet", "--app", "dataops", "beat"]
    with subprocess.Popen(
        command, cwd=ROOT, env=product.environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        preexec_fn=die_with_parent,
    ) as beat:  # fmt: skip
        try:
            yield
        finally:
            beat.kill()
