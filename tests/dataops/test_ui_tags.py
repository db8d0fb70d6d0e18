"""What the template vocabulary says for a value, a moment, a state."""

import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import Context, RequestContext, Template
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import override

from dataops.web import charts, looks
from dataops.web.templatetags import ui

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def render(source: str, **values) -> str:
    return Template("{% load ui %}" + source).render(Context(values))


def plain(text: str) -> str:
    """Narrow no-break spaces as common ones, for reading."""
    return text.replace(ui.NARROW, " ")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (336776, "336 776"),
        (0, "0"),
        (-1200, "−1 200"),
        (2.5, "2.5"),
        (None, "–"),
        (float("nan"), "–"),
        ("", "–"),
    ],
)
def test_numbers_have_their_thousands_apart(value, text):
    assert plain(ui.number(value)) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.80381, "0.8038"),
        (0.000012345, "1.234e−05"),
        (-12.3456, "−12.35"),
        (336776.4, "336 776"),
        (17, "17"),
        (None, "–"),
    ],
)
def test_a_cell_keeps_four_significant_digits_however_small_the_value(value, text):
    assert plain(ui.compact(value)) == text


@pytest.mark.parametrize(
    ("value", "text"), [(2013, "2013"), (-1500, "−1500"), (20_130, "20 130"), (0.5, "0.5"), (None, "–")]
)
def test_a_year_in_data_is_not_parted(value, text):
    assert plain(ui.found(value)) == text


@pytest.mark.parametrize(
    ("fraction", "text"),
    [
        (0.1234, "12.3 %"),
        (0, "0.0 %"),
        (1, "100.0 %"),
        (0.00001, "< 0.1 %"),
        (0.99999, "> 99.9 %"),
        (-0.02, "−2.0 %"),
        (None, "–"),
    ],
)
def test_a_share_is_never_rounded_to_nothing_or_to_all(fraction, text):
    assert plain(ui.percent(fraction)) == text


@pytest.mark.parametrize(
    ("value", "text"), [(1, "1.000"), (0.99996, "0.999"), (0.8454, "0.845"), (0, "0.000"), (None, "–")]
)
def test_a_score_that_is_not_flawless_does_not_look_so(value, text):
    assert plain(ui.score(value)) == text


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1000, "1.0 kB"),
        (31_156_000, "31.2 MB"),
        (999_960_000, "1.0 GB"),
        (2e15, "2 000.0 TB"),
    ],
)
def test_file_sizes_are_decimal(count, text):
    assert plain(ui.filesize_short(count)) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.42, "0.4 s"), (59.6, "1 min"), (75, "1 min 15 s"), (3600, "1 h"), (90_000, "1 d 1 h"), (None, "–")],
)
def test_durations_name_the_two_largest_units(seconds, text):
    assert plain(ui.duration(seconds)) == text


@pytest.mark.parametrize(
    ("ago", "text"),
    [
        (timedelta(seconds=10), "just now"),
        (timedelta(minutes=3), "3 minutes ago"),
        (timedelta(hours=1), "1 hour ago"),
        (timedelta(days=-2), "in 2 days"),
        (timedelta(days=800), "2 years ago"),
    ],
)
def test_relative_time(ago, text):
    assert ui.relative(NOW - ago, NOW) == text


def test_a_moment_carries_its_exact_time_in_utc():
    html = ui.time(datetime(2026, 11, 23, 13, 5, tzinfo=timezone.get_fixed_timezone(60)))

    assert 'datetime="2026-11-23T12:05:00+00:00"' in html
    assert 'title="23 Nov 2026 12:05:00 UTC"' in html


def test_no_moment_says_never():
    assert "never" in ui.time(None)


@pytest.mark.parametrize("state", looks.LOOKS)
def test_every_state_is_told_by_word_and_icon(state):
    html = ui.state_pill(state)

    assert str(looks.LOOKS[state].word) in html
    assert f"#{looks.LOOKS[state].icon}" in html


def test_a_state_is_told_in_the_language_of_each_reader():
    with override("de"):
        assert "Bestätigt" in ui.state_pill("acknowledged")
    assert "Acknowledged" in ui.state_pill("acknowledged")


def test_a_state_of_a_plugin_is_shown_by_its_own_name():
    assert ui.look("half_done").word == "Half done"


@pytest.mark.parametrize(
    ("score", "threshold", "tone"),
    [(0.85, 0.85, "ok"), (0.84, 0.85, "bad"), (0.5, None, "muted"), (None, 0.85, "muted")],
)
def test_a_score_is_bad_only_under_its_threshold(score, threshold, tone):
    assert ui.score_look(score, threshold).tone == tone


@pytest.mark.parametrize(("score", "tone"), [(0.9, "ok"), (0.89, "warn"), (0.7, "warn"), (0.69, "bad")])
def test_between_good_and_bad_lies_a_warning(score, tone):
    assert ui.score_look(score, 0.9, 0.7).tone == tone


def test_a_sparkline_lifts_the_pen_at_a_gap():
    path = re.search(r'path d="([^"]+)"', ui.sparkline([0.9, 0.8, None, 0.7, 0.6], low=0, high=1))[1]

    assert path.count("M") == 2
    assert path.count("L") == 2


def test_a_sparkline_shows_a_lone_value_between_gaps():
    assert "h0" in ui.sparkline([None, 0.5, None], low=0, high=1)


def test_a_sparkline_without_values_is_a_dash():
    assert "<svg" not in ui.sparkline([None, None])


def test_a_chart_carries_the_same_numbers_for_the_canvas_and_for_readers():
    data = charts.line(["mon", "tue"], [charts.Series("score", [0.91, None])], thresholds=[("limit", 0.8)])
    html = render('{% chart "trend" data "Score of two runs" %}', data=data)

    assert json.loads(re.search(r"<script[^>]*>(.*)</script>", html)[1]) == data
    assert re.findall(r'<td class="num">([^<]*)</td>', html) == ["0.91", "–"]
    assert 'aria-labelledby="trend-label"' in html


def test_text_in_chart_data_cannot_leave_its_script_block():
    html = render('{% chart "x" data "y" %}', data=charts.bars(["</script><b>"], [charts.Series("<i>", [1])]))

    assert "<b>" not in html
    assert "<i>" not in html


class SourceForm(forms.Form):
    name = forms.CharField(help_text="Shown in every list.")
    enabled = forms.BooleanField(required=False)


def test_form_errors_stand_on_top_and_beside_the_field_and_the_input_is_kept():
    form = SourceForm({"name": "", "enabled": "on"})
    html = render_to_string("components/_form.html", {"form": form, "submit_label": "Save source"})

    assert html.count("This field is required.") == 2
    assert '<a href="#id_name">Name</a>' in html
    assert "checked" in html
    assert 'aria-invalid="true"' in html


def test_help_text_is_tied_to_its_field():
    html = render_to_string("components/_form.html", {"form": SourceForm()})

    assert 'aria-describedby="id_name_helptext"' in html
    assert 'id="id_name_helptext"' in html


def test_pages_keep_the_filters(rf):
    page = Paginator(range(100), 10).page(2)
    html = Template('{% include "components/_pagination.html" with page_obj=page only %}').render(
        RequestContext(rf.get("/quality/?q=flights&page=2"), {"page": page})
    )

    assert "?q=flights&amp;page=1" in html
    assert "?q=flights&amp;page=3" in html


def test_heading_and_title_of_a_page_are_one_text(client):
    html = render_to_string("404.html", request=None)

    assert (
        re.search(r"<title>\s*(.*?) · DataOps Inspector", html)[1]
        == re.search(r"<h1>\s*(.*?)\s*</h1>", html)[1]
    )


@pytest.mark.parametrize("name", ["400", "403_csrf", "500"])
def test_pages_for_broken_requests_need_no_context(name):
    html = render_to_string(f"{name}.html")

    assert "<h1>" in html
    assert "css/material.css" in html


@pytest.mark.parametrize(("value", "text"), [(0.0004, "< 0.001"), (0.0006, "0.001"), (0, "0.000")])
def test_points_that_are_lost_are_never_shown_as_nothing(value, text):
    assert plain(ui.points(value)) == text
