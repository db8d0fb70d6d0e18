"""What scripts say, in the language of the page: ``dataops.say`` in static/js looks its texts up here."""

from django.conf import settings
from django.utils.translation import get_language

from dataops.web.words import lazy as _

WORDS = (
    _("Theme follows the system"),
    _("Light theme"),
    _("Dark theme"),
    _("just now"),
    _("in a moment"),
    _("Go on"),
    _("no value"),
    _("What you had entered did not arrive and is back; send it again."),
    _("What you had entered is back; it is not sent yet."),
    _("What you entered here is not saved. Let it go?"),
    _("Stop browser notifications"),
    _("Show browser notifications"),
    _("The browser does not let this site show notifications. Allow them in its settings for this page."),
    _("Your account may not do this; nothing was changed. An administrator can give it a role that may."),
    _("This no longer exists, or your account may not see it. Reload the page to see what is there."),
    _("It changed in the meantime. Reload the page and try again."),
    _("This is too large for the server; nothing was stored. Send less at once."),
    _("Too many requests. Wait a moment and try again."),
    _("Something broke on the server ({status}); the last step was not done. Try again in a minute."),
    _("The server does not answer; what you entered is still here. Check the connection and try again."),
    _("Upload"),
    _("Cancel"),
    _("The file is over the limit of {limit}."),
    _("The connection broke. Nothing was kept; please send the file again."),
    _("Upload cancelled"),
    _("{name}: {sent} of {total}, about {left} left"),
    _("{percent} % sent"),
    _("Sent. The server is storing the file."),
    _("The file is over the limit of this server. Nothing was kept."),
    _("The server refused the file ({status}). Nothing was kept."),
)


def script_words() -> dict[str, str]:
    """What scripts say, by the English they are written in; nothing where the page is English."""
    if get_language() == settings.LANGUAGE_CODE:
        return {}
    return {word._args[0]: str(word) for word in WORDS}  # type: ignore[attr-defined]
