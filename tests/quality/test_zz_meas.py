import gzip, time, sys, os
import pytest
from pathlib import Path
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
pytestmark = pytest.mark.django_db
@pytest.mark.parametrize("n", [int(os.environ.get("NCOL", 5000))])
def test_m(uploaded, client_as, n):
    import cProfile, pstats
    t=time.process_time(); pr=cProfile.Profile()
    if os.environ.get("PROF"): pr.enable()
    run = uploaded(Path(f"/tmp/wide/w{n}.csv").read_bytes())
    pr.disable()
    print("\ndoor cpu", time.process_time()-t, run.state, run.columns, run.results.count(), run.source.suggested_rules.count(), run.source.suggestion_runs.first().state)
    if os.environ.get("PROF"): pstats.Stats(pr).sort_stats("cumtime").print_stats(90)
    c = client_as("editor")
    src = run.source
    for name, url in [("run", run.get_absolute_url()), ("column", reverse("quality:run_column", args=[run.pk, 3])), ("source", src.get_absolute_url()), ("columns", reverse("quality:source_columns", args=[src.pk])), ("suggestions", reverse("quality:source_suggestions", args=[src.pk])), ("schema", reverse("quality:source_schema", args=[src.pk])), ("rules", reverse("quality:source_checks", args=[src.pk]) if 0 else None), ("dash", "/")]:
        if not url: continue
        c.get(url)
        t=time.process_time()
        with CaptureQueriesContext(connection, ) as q:
            r = c.get(url)
        print(name, r.status_code, "cpu %.2f"%(time.process_time()-t), "queries", len(q), "kB", len(r.content)//1024, "gz", len(gzip.compress(r.content))//1024)
