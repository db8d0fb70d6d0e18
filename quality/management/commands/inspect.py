"""Quality check of one file without a server, for gates in pipelines.

Exit codes: 0 passed, 1 a check failed or the score is under the bar, 2 bad input or usage, 3 internal error.
"""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import structlog
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from dataops.engine.checks import CheckSpec
from dataops.engine.contracts import Carried, place_of, read_contract
from dataops.engine.errors import InspectionError, InvalidContract
from dataops.engine.inspection import Plan, Report, default_plan, inspect
from dataops.engine.profile.dataset import Profile
from dataops.engine.readers import open_dataset
from dataops.engine.types import Outcome, Severity
from quality import services
from quality.models import DataSource
from quality.reports import junit_of, report_json, report_text

log = structlog.get_logger(__name__)

# What a contract cannot say: whether the file could be read whole.
INTAKE = Plan((CheckSpec("rejected_records", id="rejected_records"),))
FAILED, BAD_INPUT, INTERNAL_ERROR = 1, 2, 3
STOPPING = {
    "warn": {Outcome.WARN, Outcome.FAIL, Outcome.ERROR},
    "fail": {Outcome.FAIL, Outcome.ERROR},
}


class Command(BaseCommand):
    help = "Check one file and exit 1 when it is not good enough."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "file", type=Path, help="CSV (any delimiter), Parquet, JSON, Excel or Arrow, also compressed"
        )
        parser.add_argument("--source", metavar="NAME", help="use the rules and the baseline of this source")
        parser.add_argument(
            "--contract",
            type=Path,
            metavar="FILE",
            help="check what this data contract, expectation suite or dbt file says",
        )
        parser.add_argument(
            "--fail-on", choices=sorted(STOPPING), default="fail", help="the outcome that makes it exit 1"
        )
        parser.add_argument(
            "--fail-under", type=float, metavar="SCORE", help="least score that passes, 0 to 1"
        )
        output = parser.add_mutually_exclusive_group()
        output.add_argument("--json", action="store_true", help="print the report as JSON")
        output.add_argument("--junit", type=Path, metavar="FILE", help="write a JUnit XML report for CI")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            report = self._inspect(options["file"], options["source"], options["contract"])
            self._show(report, options)
        except InspectionError as error:
            raise CommandError(f"{options['file']}: {error}", returncode=BAD_INPUT) from error
        except CommandError:
            raise
        except OSError as error:
            raise CommandError(f"{error.filename}: {error.strerror}", returncode=BAD_INPUT) from error
        except Exception as error:
            log.exception("inspection broke", file=str(options["file"]))
            raise CommandError(
                f"internal error: {type(error).__name__}", returncode=INTERNAL_ERROR
            ) from error
        if self._is_bad(report, options["fail_on"], options["fail_under"]):
            raise SystemExit(FAILED)

    def _inspect(self, file: Path, source_name: str | None, contract: Path | None) -> Report:
        if not file.is_file():
            raise CommandError(f"{file}: no such file", returncode=BAD_INPUT)
        plan, baseline = self._expectations(source_name)
        if contract is not None:
            plan = self._agreed(
                plan if source_name else INTAKE, contract, table=source_name or file.name.split(".")[0]
            )
        # One's own file, read with one's own rights: in this process.
        with services.found_references() as references:
            return inspect(
                open_dataset(file, dialect=self._written(source_name)),
                plan,
                baseline=baseline,
                references=lambda name: references(name).open(),
                at=timezone.now(),
            )

    def _written(self, source_name: str | None) -> dict[str, Any] | None:
        """How files of the source are written. Without one no database is asked: there may be none."""
        if source_name is None:
            return None
        return DataSource.objects.filter(name=source_name).values_list("dialect", flat=True).first()

    def _expectations(self, source_name: str | None) -> tuple[Plan, Profile | None]:
        if source_name is None:
            return default_plan(), None
        source = DataSource.objects.filter(name=source_name).first()
        if source is None:
            known = ", ".join(DataSource.objects.values_list("name", flat=True)[:20]) or "none"
            raise CommandError(f"no source {source_name!r}; known: {known}", returncode=BAD_INPUT)
        newest = services.baseline_of(source)
        return services.plan_of(source), services.profile_of(newest) if newest else None

    def _agreed(self, plan: Plan, file: Path, *, table: str) -> Plan:
        """The plan with what a contract says in the place of rules that check the same."""
        try:
            found = read_contract(file.read_text(encoding="utf-8-sig"), table=table)
        except InvalidContract as error:
            raise CommandError(f"{file}: {error}", returncode=BAD_INPUT) from error
        except UnicodeDecodeError as error:
            raise CommandError(f"{file}: no UTF-8 text (byte {error.start})", returncode=BAD_INPUT) from error
        for line in found.lines:
            if line.carried in (Carried.NO, Carried.PARTLY):
                self.stderr.write(
                    f"{file}: {line.place}: {line.said}: {line.carried.replace('_', ' ')}: {line.reason}"
                )
        wanted = {place_of(rule.spec) for rule in found.rules}
        kept = [spec for spec in plan.checks if place_of(spec) not in wanted]
        agreed = [replace(rule.spec, id=f"contract {i}") for i, rule in enumerate(found.rules, start=1)]
        return replace(plan, checks=(*kept, *agreed))

    def _show(self, report: Report, options: dict[str, Any]) -> None:
        if options["json"]:
            self.stdout.write(json.dumps(report_json(report), indent=2))
            return
        if options["junit"]:
            ElementTree.ElementTree(junit_of(report, options["file"].name)).write(
                options["junit"], encoding="utf-8", xml_declaration=True
            )
        self.stdout.write(report_text(report, options["file"].name))

    def _is_bad(self, report: Report, fail_on: str, fail_under: float | None) -> bool:
        score = report.score.value
        if fail_under is not None and (score is None or score < fail_under):
            return True
        # What only informs opens no alert, and stops no pipeline either.
        watched = [result for result in report.results if result.severity != Severity.INFO]
        return any(result.outcome in STOPPING[fail_on] for result in watched)
