"""What was backed up is all there again, in either database, and the oldest state becomes that of today."""

import json
from pathlib import Path
from zipfile import ZipFile

import pytest

from dataops.web.backup import BackupError, restore
from tests.support.processes import Processes

# The state of each room's first migration, with people, a token, four runs of a source, their alerts and
# messages, and a model: made by the product of that day. It is restored as it was, and migrated then.
OLDEST = Path(__file__).parents[1] / "data" / "oldest.zip"


def contents(path: Path) -> dict[str, list]:
    """Every row by model, whatever the order in which a database keeps the keys of JSON."""
    with ZipFile(path) as archive:
        names = [name for name in archive.namelist() if name.startswith("tables/")]
        return {name: [json.loads(line) for line in archive.read(name).splitlines()] for name in names}


@pytest.mark.processes
@pytest.mark.postgres
def test_the_oldest_state_is_restored_migrated_moved_to_postgresql_and_back(tmp_path, postgres):
    url = postgres.create_database("restored")
    old, new = (
        Processes(tmp_path / name, environ)
        for name, environ in {"old": {}, "new": {"DATABASE_URL": url}}.items()
    )
    old.manage("restore", str(OLDEST))
    said = old.manage("backup", str(tmp_path / "one.zip"), "--keys", str(tmp_path / "keys"))
    new.manage("restore", str(tmp_path / "one.zip"), "--keys", str(tmp_path / "keys"))
    new.manage("backup", str(tmp_path / "two.zip"))

    assert "secret_key, secrets_key" in said
    assert (tmp_path / "one.zip").stat().st_mode & 0o077 == 0
    before, after = contents(tmp_path / "one.zip"), contents(tmp_path / "two.zip")
    assert len(before["tables/quality.CheckRun.jsonl"]) == 4
    assert after == before
    for name in ("secret_key", "secrets_key"):
        assert (new.home / name).read_text() == (old.home / name).read_text()
    files = [sorted(path.name for path in (each.home / "storage").rglob("*")) for each in (old, new)]
    assert files[0] == files[1] != []
    assert json.loads(new.run_module("tests.dataops.look")) == {}

    old.manage("restore", str(tmp_path / "two.zip"), "--replace")
    old.manage("backup", str(tmp_path / "three.zip"))
    assert contents(tmp_path / "three.zip") == before


def changed(tmp_path: Path, member: str, change) -> Path:
    """The backup with one member written anew."""
    path = tmp_path / "changed.zip"
    with ZipFile(OLDEST) as source, ZipFile(path, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            target.writestr(name, change(content) if name == member else content)
    return path


def from_the_future(manifest: bytes) -> bytes:
    said = json.loads(manifest)
    said["migrations"]["quality"].append("0999_yet_to_come")
    return json.dumps(said | {"version": "9.9"}).encode()


def outside(manifest: bytes) -> bytes:
    said = json.loads(manifest)
    said["files"] = {"../../etc/cron.d/x": "0" * 64}
    return json.dumps(said).encode()


def another_form(manifest: bytes) -> bytes:
    return manifest.replace(b'"format": 1', b'"format": 2')


def mallory(rows: bytes) -> bytes:
    return rows.replace(b"admin", b"mallory")


REFUSED = {
    "a row was changed": ("tables/auth.User.jsonl", mallory, "is not what was written"),
    "a later version": ("manifest.json", from_the_future, "made by version 9.9"),
    "another form": ("manifest.json", another_form, "this version reads 1"),
    "not ours": ("manifest.json", lambda _: b"{}", "no manifest"),
    "a file elsewhere": ("manifest.json", outside, "outside of the storage"),
}


@pytest.fixture
def migrations(settings) -> None:
    """Those of the product, which the tests do without."""
    settings.MIGRATION_MODULES = {}


@pytest.mark.django_db
@pytest.mark.usefixtures("migrations")
@pytest.mark.parametrize(("member", "change", "says"), REFUSED.values(), ids=REFUSED)
def test_what_is_no_sound_backup_is_refused_before_anything_changes(tmp_path, user, member, change, says):
    user("admin")

    with pytest.raises(BackupError, match=says):
        restore(changed(tmp_path, member, change))


@pytest.mark.django_db
def test_a_file_that_was_cut_off_is_refused(tmp_path):
    (tmp_path / "cut.zip").write_bytes(OLDEST.read_bytes()[:20_000])

    with pytest.raises(BackupError, match="cut off"):
        restore(tmp_path / "cut.zip")


@pytest.mark.django_db
@pytest.mark.usefixtures("migrations")
def test_a_database_that_holds_data_is_kept(user):
    user("admin")

    with pytest.raises(BackupError, match="The database holds data"):
        restore(OLDEST)
