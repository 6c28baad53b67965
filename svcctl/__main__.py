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

        code = run()
    except KeyboardInterrupt:
        sys.stderr.write("\n")
        code = 130
    _leave(code)


def _leave(code: int) -> None:
    """Ends the process, but where a debugger or profiler has an eye on it.

    What is left goes with the process: to take it apart, module by module, would take a tenth of a short command's
    time.
    """
    if sys.gettrace() or sys.getprofile():
        sys.exit(code)
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    main()
