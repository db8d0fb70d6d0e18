"""One prediction over HTTP, beside an empty view of the same server, and beside MLflow and BentoML.

Every server answers with the same model and runs as real processes on this machine; callers take turns with
them in short rounds, so that a busy moment meets all. Ours signs the caller in, holds the request to the
signature and writes the log before it answers. The others live in environments of their own under
``.venv/peers``, made on first use; one that cannot be had is named and left out.
"""

import json
import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from http.client import HTTPConnection
from pathlib import Path
from statistics import median
from unittest.mock import patch

from benchmarks import callers
from benchmarks.bench_peers import environment
from benchmarks.measurement import Measurement
from benchmarks.servers.save_model import FEATURES
from benchmarks.servers.save_model import main as save_model
from tests.support.ports import free_port
from tests.support.proc import descendants
from tests.support.processes import Processes, prepared_processes
from tests.support.waiting import eventually

HERE = Path(__file__).parent / "servers"
ROUNDS, ROUND_SECONDS, CALLERS, SINGLE, BATCH = 5, 3.0, 8, 100, 1_000
MOST_TIMES_EMPTY, LEAST_TIMES_OTHERS = 3.0, 3.0
ROW = [0.1 * number for number in range(FEATURES)]
NAMES = [f"x{number}" for number in range(FEATURES)]
PREDICT, INFER = "/api/v1/model-monitoring/models/labels/predict", "/v2/models/labels/infer"
Body = Callable[[int], dict]
"""What a server is sent for so many rows."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where one request goes and what it says."""

    port: int
    path: str
    body: bytes
    headers: dict[str, str]
    batch: bytes = b""
    """The same request for a thousand rows."""


def measure() -> Iterator[Measurement]:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        ours = stack.enter_context(_ours(folder))
        others = {name: e for name in ("mlflow", "bentoml") if (e := _other(name, folder, stack))}
        yield from _beside_empty(ours["predict"], ours["empty"])
        yield from _beside_others("one row", ours["predict"], others)
        # As all three take and give the least: numbers without names for labels without probabilities.
        batches = {name: replace(each, body=each.batch) for name, each in others.items()}
        yield from _beside_others(f"{BATCH:,} rows", ours["infer"], batches)


def _beside_empty(predict: Endpoint, empty: Endpoint) -> Iterator[Measurement]:
    """One caller, in turns."""
    times: dict[str, list[float]] = {"predict": [], "empty": []}
    ask = {"predict": _caller(predict), "empty": _caller(empty)}
    for turn in range(SINGLE + 20):
        for name, call in ask.items():
            seconds = call()
            if turn >= 20:  # the first ones load the model
                times[name].append(seconds)
    p50 = {name: median(found) for name, found in times.items()}
    yield Measurement("One prediction over HTTP, p50", 1000 * p50["predict"], "ms")
    yield Measurement("  an empty view with the same sign-in, p50", 1000 * p50["empty"], "ms")
    yield Measurement("  prediction / empty", p50["predict"] / p50["empty"], "x", bar=MOST_TIMES_EMPTY)


def _beside_others(what: str, ours: Endpoint, others: dict[str, Endpoint]) -> Iterator[Measurement]:
    rates: dict[str, list[float]] = {name: [] for name in ("ours", *others)}
    for _ in range(ROUNDS):
        for name, endpoint in {"ours": ours, **others}.items():
            rates[name].append(_rate(endpoint))
    for name, found in rates.items():
        yield Measurement(f"Requests of {what} a second, {CALLERS} callers: {name}", median(found), "1/s")
    for name in others:
        ratio = median(theirs / own for theirs, own in zip(rates[name], rates["ours"], strict=True))
        yield Measurement(
            f"  {name} / ours, median of rounds", ratio, "x", bar=round(1 / LEAST_TIMES_OTHERS, 2)
        )


def _rate(endpoint: Endpoint) -> float:
    """Answers a second over one round of several callers."""
    return callers.rate(
        endpoint.port, endpoint.path, endpoint.body, endpoint.headers, callers=CALLERS, seconds=ROUND_SECONDS
    )


def _caller(endpoint: Endpoint):  # type: ignore[no-untyped-def]
    connection = HTTPConnection("127.0.0.1", endpoint.port, timeout=60)

    def ask() -> float:
        began = time.perf_counter()
        connection.request("POST", endpoint.path, endpoint.body, endpoint.headers)
        answer = connection.getresponse()
        content = answer.read()
        seconds = time.perf_counter() - began
        if answer.status != 200:
            raise RuntimeError(f"{endpoint.path} answered {answer.status}: {content[:200]!r}")
        return seconds

    return ask


@contextmanager
def _ours(folder: Path) -> Iterator[dict[str, Endpoint]]:
    save_model("skops", folder)
    home = folder / "home"
    home.mkdir()
    own = {"DJANGO_SETTINGS_MODULE": "benchmarks.server_settings", "LOG_LEVEL": "WARNING"}
    with (
        patch.dict(os.environ, {"WEB_PROCESSES": "2"}),
        prepared_processes(home, own | {"CELERY_BROKER_URL": "memory://"}) as product,
    ):
        deployed = (
            "deploy_model",
            str(folder / "model.skops"),
            "--name",
            "labels",
            "--task",
            "classification",
        )
        product.manage(*deployed, "--reference", str(folder / "training.csv"), "--target", "label")
        product.start("web")
        product.wait_until_ready()
        headers = {"Authorization": f"Token {_token(product)}", "Content-Type": "application/json"}
        instance = dict(zip(NAMES, ROW, strict=True))
        body = json.dumps({"instances": [instance]}).encode()
        yield {
            "predict": Endpoint(product.port, PREDICT, body, headers),
            "infer": Endpoint(product.port, INFER, _matrix(), headers),
            "empty": Endpoint(product.port, "/api/v1/empty", body, headers),
        }


def _matrix() -> bytes:
    """A thousand rows for the labels alone, by the Open Inference Protocol."""
    numbers = {"name": "x", "shape": [BATCH, FEATURES], "datatype": "FP64", "data": [ROW] * BATCH}
    return json.dumps({"inputs": [numbers], "outputs": [{"name": "label"}]}).encode()


def _token(product: Processes) -> str:
    from tests.support.processes import ADMIN_PASSWORD

    connection = HTTPConnection("127.0.0.1", product.port, timeout=60)
    body = json.dumps({"username": "admin", "password": ADMIN_PASSWORD})
    connection.request("POST", "/api/v1/auth/token", body, {"Content-Type": "application/json"})
    return str(json.loads(connection.getresponse().read())["token"])


def _other(name: str, folder: Path, stack: ExitStack) -> Endpoint | None:
    python = environment(f"{name}_server", HERE / f"{name}.txt")
    if python is None:
        return None
    subprocess.run([python, HERE / "save_model.py", name, folder], check=True, capture_output=True)
    port = free_port()
    command, path, body_of = _command(name, folder, port, python)
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "start_new_session": True}
    # Their own programs first on the path: a server starts its workers by name.
    environ = {
        **os.environ,
        "PATH": f"{python.parent}:{os.environ['PATH']}",
        "MODEL_FOLDER": str(folder),
        "MLFLOW_ALLOW_PICKLE_DESERIALIZATION": "true",
        "BENTOML_DO_NOT_TRACK": "true",
    }
    process = subprocess.Popen(command, cwd=HERE, env=environ, **quiet)  # type: ignore[call-overload]
    stack.callback(_end, process)
    body, batch = (json.dumps(body_of(count)).encode() for count in (1, BATCH))
    endpoint = Endpoint(port, path, body, {"Content-Type": "application/json"}, batch)
    eventually(lambda: _answers(endpoint), seconds=120, what=lambda: f"an answer of {name}")
    return endpoint


def _command(name: str, folder: Path, port: int, python: Path) -> tuple[list[str], str, Body]:
    where = ["--host", "127.0.0.1", "--port", str(port)]
    if name == "mlflow":  # one worker: with two its server stalls for 48 ms a request
        serve = [
            str(python.with_name("mlflow")),
            "models",
            "serve",
            "--env-manager",
            "local",
            "--workers",
            "1",
        ]
        serve += ["--model-uri", str(folder / "model"), *where]
        return serve, "/invocations", lambda n: {"dataframe_split": {"columns": NAMES, "data": [ROW] * n}}
    serve = [str(python.with_name("bentoml")), "serve", "bento_service:Classifier"]
    return [*serve, *where], "/predict", lambda n: {"rows": [ROW] * n}


def _answers(endpoint: Endpoint) -> bool:
    try:
        _caller(endpoint)()
    except (OSError, RuntimeError):
        return False
    return True


def _end(process: subprocess.Popen) -> None:
    # BentoML starts its workers in sessions of their own: the group alone would leave them behind.
    for pid in (*descendants(process.pid), process.pid):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    process.wait()
