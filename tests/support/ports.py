"""Free TCP ports."""

import os
import socket
from itertools import count

# Below what the system gives to whoever connects.
FIRST, EACH, WORKERS = 12_000, 5_000, 4
_asked = count(os.getpid())


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on now, and that no other worker of the tests is given.

    A server takes seconds until it listens, and a web server then shares its port with whoever has it too.
    """
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % WORKERS
    while True:
        port = FIRST + EACH * worker + next(_asked) % EACH
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port
