# SPDX-License-Identifier: MIT
"""What other pools cost: of different numbers of workers, and with workers that are replaced."""

import statistics

from contest import compare, make_bare_loop, make_pool, make_true, print_heading, scale_jobs
from contest import BARE_LOOP

SHORT_LIFE = 10  # jobs


def make_sizes(bare_loop):
    """Returns pools of different numbers of workers for the same number of jobs at once."""
    return [make_bare_loop(bare_loop),
            make_pool("1 worker", "--workers", "1"),
            make_pool("2 workers", "--workers", "2"),
            make_pool("4 workers", "--workers", "4")]


def make_lives():
    """Returns pools whose workers live differently long, the reference first."""
    return [make_pool("never"),
            make_pool("each 100", "--max-tasks-per-worker", "100"),
            make_pool(f"each {SHORT_LIFE}", "--max-tasks-per-worker", str(SHORT_LIFE))]


def compare_sizes(bare_loop, options, folder, environment):
    print_heading(BARE_LOOP)
    load = make_true("true, workers", scale_jobs(2000, options.scale))
    return compare(load, make_sizes(bare_loop), options.rounds, folder, environment)


def find_replacement_usec(rows):
    """Returns the CPU time that one more worker takes, microseconds.

    It is found where workers live so shortly that it is far above the noise.
    """
    never, often = (row["rounds"] for row in (rows[0], rows[-1]))
    return statistics.median(SHORT_LIFE * (short["cpu_usec"] - long["cpu_usec"])
                             for short, long in zip(often, never))


def compare_lives(options, folder, environment):
    """Measures what it costs to replace workers, in many short rounds: the difference is small."""
    print_heading("never replaced")
    load = make_true("true, replaced", scale_jobs(1000, options.scale))
    rows = compare(load, make_lives(), 4 * options.rounds - 1, folder, environment)
    usec = find_replacement_usec(rows)
    share = usec / 100 / rows[0]["cpu_usec"]
    print(f"a worker's life takes {usec:.0f} us of CPU time,"
          f" {100 * share:.1f} % of what 100 of these jobs take (aim: below 5)", flush=True)
    return {"rows": rows, "life_cpu_usec": usec, "share_of_100_jobs": share}
