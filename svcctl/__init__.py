"""svcctl: a plain-text service desk."""

__version__ = "0.1.0"
