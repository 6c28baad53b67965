"""Where the process begins: ``svcctl`` and ``python -m svcctl``."""

import gc
import os
import sys

_ZONES = "/usr/share/zoneinfo:/usr/lib/zoneinfo:/usr/share/lib/zoneinfo:/etc/zoneinfo"


def main() -> None:
    """Runs the program; an interruption while it is still being imported ends it as quietly as a later one."""
    # A command makes much and throws away little: looking for cycles among it takes a third of a long listing's time.
    gc.set_threshold(100_000, 50, 50)
    # Where zoneinfo is not told, it asks sysconfig, which reads the whole configuration of the interpreter's build.
    os.environ.setdefault("PYTHONTZPATH", _ZONES)
    try:
        from svcctl.cli.main import main as run

        run()
    except KeyboardInterrupt:
        sys.stderr.write("\n")
        sys.exit(130)
    finally:
        # What is left goes with the process: looking for cycles in it would take a fifth of a short command's time.
        gc.freeze()


if __name__ == "__main__":
    main()
