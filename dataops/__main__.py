"""``python -m dataops``: run the whole product, as `make run` does.

The same as `manage.py up`, a second or two sooner: a supervisor needs the settings but no application.
"""

import argparse
import sys

from dataops import settings
from dataops.web import up
from dataops.web.supervisor import StartupError


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m dataops", description=__doc__)
    up.add_arguments(parser)
    arguments = parser.parse_args()
    try:
        up.run(settings.DATAOPS_HOME, host=arguments.host, port=arguments.port)
    except StartupError as fault:
        sys.exit(f"DataOps Inspector did not start: {fault}")


if __name__ == "__main__":
    main()
