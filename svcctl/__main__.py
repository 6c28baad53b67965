"""Where the process begins: ``svcctl`` and ``python -m svcctl``."""

import sys


def main() -> None:
    """Runs the program; an interruption while it is still being imported ends it as quietly as a later one."""
    try:
        from svcctl.cli.main import main as run

        run()
    except KeyboardInterrupt:
        sys.stderr.write("\n")
        sys.exit(130)


if __name__ == "__main__":
    main()
