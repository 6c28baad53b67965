"""The outside world: other programs and formats."""
