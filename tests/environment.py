"""The environment of every test, set before Django reads its settings (loaded by `-p` in pyproject.toml)."""

import atexit
import os
import shutil
import tempfile

HOME = tempfile.mkdtemp(prefix="dataops-tests-")
atexit.register(shutil.rmtree, HOME, ignore_errors=True)

os.environ["DATAOPS_HOME"] = HOME
os.makedirs(os.path.join(HOME, "static"))  # noqa: PTH103, PTH118 - WhiteNoise warns when it is not there
os.environ.setdefault("CELERY_BROKER_URL", "memory://")  # takes messages and keeps them to itself
os.environ.setdefault("SECRET_KEY", "tests-only-" + "x" * 50)
os.environ.setdefault("LOG_LEVEL", "WARNING")
os.environ.setdefault("EMAIL_URL", "memorymail://")
