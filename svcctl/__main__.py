"""Lets ``python -m svcctl`` do what ``svcctl`` does."""

from svcctl.cli.main import main

if __name__ == "__main__":
    main()
