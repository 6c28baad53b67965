"""How long requests wait for a free pair of hands: the queue M/M/c, the simplest that knows how many hands there are.

Assumptions: requests come at random and independently (Poisson), the work on each varies a lot (exponential), ``c``
people share one queue in the order of arrival, nobody leaves it, and all has gone on for long. Real desks differ, so
the result is an order of magnitude. Source: Erlang 1917; Kleinrock, "Queueing Systems", vol. 1 (1975), section 3.5.
"""

from __future__ import annotations


def erlang_c(servers: int, offered: float) -> float:
    """The probability that a request finds everybody busy.

    Args:
        servers: how many people work, one at least.
        offered: work that comes in, in people (arrivals per hour times hours of work each), less than ``servers``.
    """
    blocked = 1.0
    for n in range(1, servers + 1):
        blocked = offered * blocked / (n + offered * blocked)
    load = offered / servers
    return blocked / (1 - load * (1 - blocked))


def expected_wait(servers: int, offered: float, work: float) -> float | None:
    """The mean time in the queue, in the unit of ``work`` (the mean work on a request).

    None where as much comes in as can be done, or more: the queue grows for ever.
    """
    if servers < 1 or offered >= servers:
        return None
    return erlang_c(servers, offered) * work / (servers - offered)
