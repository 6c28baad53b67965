"""Benchmarks: each prints medians of interleaved runs as ratios against something in the same run."""
