"""The first person after a start waits no longer than the next."""

import pytest
from django.core.wsgi import get_wsgi_application

from dataops.web.warming import warm_up


@pytest.mark.django_db
@pytest.mark.parametrize("https", [False, True])
def test_a_web_process_has_made_a_page_before_it_is_asked_for_one(settings, https):
    settings.SECURE_SSL_REDIRECT = https
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if https else None

    assert warm_up(get_wsgi_application()) == "200 OK"


def test_a_page_that_breaks_is_no_reason_not_to_start():
    def broken(*_):
        raise ValueError("no static files yet")

    assert warm_up(broken) == ""
