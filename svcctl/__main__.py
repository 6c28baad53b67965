"""Where the process begins: ``svcctl`` and ``python -m svcctl``."""

import os
import sys

_ZONES = "/usr/share/zoneinfo:/usr/lib/zoneinfo:/usr/share/lib/zoneinfo:/etc/zoneinfo"


def main() -> None:
    """Runs the program; an interruption while it is still being imported ends it as quietly as a later one."""
    # Where zoneinfo is not told, it asks sysconfig, which reads the whole configuration of the interpreter's build.
    os.environ.setdefault("PYTHONTZPATH", _ZONES)
    try:
        from svcctl.cli.main import main as run

        run()
    except KeyboardInterrupt:
        sys.stderr.write("\n")
        sys.exit(130)


if __name__ == "__main__":
    main()
