# SPDX-License-Identifier: MIT
"""The rows of the pool alone: its workers are the simulation's, and so is their time.

What a task costs is with what the simulation itself takes for it. What gates cost that nobody asked
for is counted in instructions, of the files that have to do with gates: a simulated run has none.
"""

import os
import subprocess

import callgrind
from measure import Failure, Unavailable
from table import Bound, leave_out, make_row

TASKS = 1_000_000
FEW = 4
MANY = 10000
GATES_TASKS = 20000
SCHEDULER = "least-loaded"

MAX_TASK_USEC = 5.0
MAX_GROWTH_MIB = 1.0
MAX_GATES_SHARE = 0.01


def make_argv(simulate, n_workers, n_tasks):
    return [simulate, "--row", SCHEDULER, "equal", str(n_workers), str(n_tasks)]


def run_row(argv, environment):
    """Returns (microseconds of CPU a task, most MiB)."""
    process = subprocess.run(argv, env=environment, stdout=subprocess.PIPE, check=False)
    if process.returncode != 0:
        raise Failure(f"{argv}: ended with {process.returncode}")
    usec, peak = process.stdout.split()[-2:]
    return float(usec), float(peak)


def measure_pool(name, n_workers, options, environment):
    """Compares a run with one of a tenth of the tasks, which has to have the same memory."""
    n_tasks = max(100, int(TASKS * options.scale))
    n_workers = min(n_workers, max(1, n_tasks // 100))
    (_, before), (usec, peak) = (
        run_row(make_argv(options.simulate, n_workers, n), environment)
        for n in (n_tasks // 10, n_tasks))
    figures = {"jobs": n_tasks, "workers": n_workers, "task_usec": usec,
               "growth_mib": peak - before, "peak_kib": peak * 1024}
    return make_row(f"pool/{name}", f"{n_tasks} tasks, {n_workers} fake workers", figures,
                    [Bound("task_usec", MAX_TASK_USEC, f"{MAX_TASK_USEC:g} us"),
                     Bound("growth_mib", MAX_GROWTH_MIB, "flat memory")])


def is_of_gates(path):
    return "/gates/" in path or os.path.basename(path).startswith("apool-door.")


def measure_gates(options, folder, environment):
    n_tasks = max(1000, int(GATES_TASKS * min(1.0, options.scale)))
    work = "gates, none of them used"
    try:
        more, less = (
            callgrind.run(make_argv(options.simulate, FEW, n), folder, environment)[0]
            for n in (2 * n_tasks, n_tasks))
    except Unavailable as why:
        return leave_out("gates/none", work, str(why))
    task = (more.total - less.total) / n_tasks
    gates = sum(n - less.places[place] for place, n in more.places.items()
                if is_of_gates(place[1])) / n_tasks
    figures = {"jobs": n_tasks, "task_instructions": task, "gates_instructions": gates,
               "gates_share": gates / task}
    return make_row("gates/none", work, figures,
                    [Bound("gates_share", MAX_GATES_SHARE, f"{MAX_GATES_SHARE:.0%} of a task")])


def measure_all(options, folder, environment):
    """Yields rows."""
    yield measure_pool("few workers", FEW, options, environment)
    yield measure_pool("many workers", MANY, options, environment)
    yield measure_gates(options, folder, environment)
