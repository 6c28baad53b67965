"""Files and git: where a desk is kept."""
