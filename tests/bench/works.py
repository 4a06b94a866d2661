# SPDX-License-Identifier: MIT
"""The rows of the table in which a tool does the same work as apool.

Tools and apool take turns, each with the same number of jobs, GNU parallel too: nothing of
anybody's start-up is taken away. Figures are medians of what is found within a round. The memory is
that of a run of its own, since to look at it takes time.
"""

import os
import shutil
import statistics
import subprocess
from dataclasses import dataclass

import inputs
import memory
import outputs
from contest import AT_ONCE, BARE_LOOP, Contender, Workload
from contest import make_bare_loop, make_pool, make_true, run_rounds, scale_jobs
from measure import make_input
from table import Bound, leave_out, make_row

TRUE_JOBS = 5000
SHELL_JOBS = 1000
LINES = 2_000_000
BATCH = 1000
ONE_JOB_RUNS = 10
SLOW_ROUNDS = 3
PEAK_TICK_MSEC = 10

PARALLEL = "GNU parallel"
PIPELINE = "| wc -c"
WARM_SHELL = "warm shell"
SUBSHELLS = "subshells"

# Works whose names have no number of jobs.
UNCOUNTED = ("batches", "copies", "copies on one core")


@dataclass
class Work:
    """A workload, and what apool has to be beside each reference.

    Where another tool stands in apool's place, another row is to be read by it.
    """

    name: str
    load: Workload
    pool: Contender
    references: list  # of (Contender, [Bound]); who has no make_argv is not here
    is_slow: bool = False  # so that a few rounds have to do
    watch: object = None  # returns samples of memory, where that is not what it is usually
    is_other: bool = False  # another tool does it, whose memory is of no interest
    is_serial: bool = False  # one job after the other, so that wall time says nothing


def find_tool(name, make_argv, program=None):
    """Returns a contender; without an argument vector where it is not here."""
    path = shutil.which(program or name)
    return Contender(name, (lambda load: [path, *make_argv(load)]) if path else None)


def make_xargs():
    return find_tool("xargs", lambda load: [f"-P{AT_ONCE}", *load.xargs])


def make_parallel():
    return find_tool(PARALLEL, lambda load: ["--will-cite", f"-j{AT_ONCE}", *load.pool], "parallel")


# ---- the works ----

def make_true_works(options):
    load = make_true("/bin/true", scale_jobs(TRUE_JOBS, options.scale))
    pool = make_pool("apool")
    return [
        Work("true", load, pool, [
            (make_bare_loop(options.bare_loop), [Bound("cpu_ratio", 1.08, "CPU <= 1.08", 1.00)]),
            (make_xargs(), [Bound("cpu_ratio", 0.9, "CPU <= 0.9"),
                            Bound("wall_ratio", 0.9, "wall <= 0.9")]),
        ]),
        Work("true", load, pool, [
            (make_parallel(), [Bound("cpu_ratio", 1 / 6.5, "CPU <= 1/6.5"),
                               Bound("wall_ratio", 1 / 7, "wall <= 1/7")]),
        ], is_slow=True),
        # Who only starts the jobs takes this much.
        Work(BARE_LOOP, make_true("bare loop: /bin/true", load.jobs),
             make_bare_loop(options.bare_loop), [(make_parallel(), [])], is_slow=True,
             is_other=True),
    ]


def make_kept_work(options):
    load = Workload("echo {}, kept", scale_jobs(TRUE_JOBS, options.scale), ["/bin/echo", "word"],
                    [], ["echo {}"], keeps_output=True)
    return Work("kept", load, make_pool("apool"), [
        (make_bare_loop(options.bare_loop), [Bound("cpu_ratio", 1.10, "CPU <= 1.10", 1.03)])])


def make_shell_work(options, name, bound, *pool_options):
    """A work of which each job is a pipeline of bash, who is the shell of apool then too."""
    bash = shutil.which("bash") or ""
    shells = {name: bash for name in ("SHELL", "APOOL_SHELL", "PARALLEL_SHELL")}
    load = Workload(" ".join([f"echo {{}} {PIPELINE}", *pool_options]),
                    scale_jobs(SHELL_JOBS, options.scale), [bash, "-c", f"echo word {PIPELINE}"],
                    [], [f"echo {{}} {PIPELINE}"], keeps_output=True, environment=shells)
    return Work(name, load, make_pool("apool", *pool_options),
                [(make_bare_loop(options.bare_loop), [bound])])


def make_subshells_work(options):
    """A work in which bash itself does all jobs, one after the other, each in a subshell of its own
    as the jobs of a warm shell: without anybody who captures its output or could end it."""
    bash = shutil.which("bash") or ""
    jobs = scale_jobs(SHELL_JOBS, options.scale)
    script = f"for ((i = 0; i < {jobs}; i++)); do (echo word {PIPELINE}); done"
    load = Workload(f"(echo word {PIPELINE}) in bash", jobs,
                    [bash, "-c", f"echo word {PIPELINE}"], [], [], keeps_output=True)
    return Work(SUBSHELLS, load, Contender(SUBSHELLS, lambda load: [bash, "-c", script]),
                [(make_bare_loop(options.bare_loop), [])], is_other=True, is_serial=True)


def make_one_job_work(folder, environment):
    # All the memory is had by the time the job runs; to be seen then it takes a while.
    argv = [os.environ["APOOL_PROGRAM"], f"-j{AT_ONCE}", "-n0", "sleep", "0.2"]
    load = make_true("one job", 1)
    load.repeat = ONE_JOB_RUNS
    return Work("one job", load, make_pool("apool"), [
        (make_parallel(), [Bound("wall_ratio", 1 / 15, "wall <= 1/15")]),
        (make_xargs(), [Bound("wall_more_msec", 8, "wall <= +8 ms")]),
    ], watch=lambda: watch(argv, 1, folder, environment))


def make_batches_work(options, folder, environment):
    """A work of many lines; counted as jobs are the lines."""
    n_lines = max(10 * BATCH, int(LINES * options.scale))
    pool = [os.environ["APOOL_PROGRAM"], f"-N{BATCH}"]
    xargs = find_tool("xargs", lambda load: [f"-n{BATCH}", "true"])
    load = Workload(f"{n_lines} lines, -N{BATCH}", n_lines, [], [], [])
    if xargs.make_argv:
        inputs.check_batches(pool, xargs.make_argv(load)[:-1], make_input(folder, n_lines), folder,
                             environment)
    return Work("batches", load, Contender("apool", lambda load: [*pool, "true"]),
                [(xargs, [Bound("cpu_ratio", 1.2, "CPU <= 1.2")])])


def make_copies_works(options, folder, environment):
    """Works of large outputs, the second one to be done on one core.

    How much a pipe costs depends on which cores its ends are on; so it is told twice. How much it
    may be is said of the first one.
    """
    size = max(1, int(outputs.FILE_MIB * options.scale)) * outputs.MIB
    paths = outputs.make_files(folder, size)
    pool = [os.environ["APOOL_PROGRAM"], f"-j{os.cpu_count()}", "cat", "{}", ":::", *paths]
    argvs = {"cat": ["cat", *paths], "apool": pool}
    outputs.check_same(argvs, environment)
    cat, apool = (Contender(name, lambda load, argv=argv: outputs.make_pipeline(argv))
                  for name, argv in argvs.items())
    title = f"{len(paths)} x {size // outputs.MIB} MiB to a pipe"
    return [Work(name, Workload(text, len(paths), [], [], []), apool,
                 [(cat, bounds)], watch=lambda: outputs.watch_piped(pool, environment)[0])
            for name, text, bounds in (
                ("copies", title, [Bound("cpu_ratio", 1.2, "CPU <= 1.2")]),
                ("copies on one core", f"{title}, one core", []))]


# ---- their rows ----

def watch(argv, n_lines, folder, environment):
    """Returns samples of a pool's memory."""
    return memory.watch_run(argv, make_input(folder, n_lines), os.path.join(folder, "output"),
                            environment, PEAK_TICK_MSEC)[0]


def find_peak_kib(work, folder, environment):
    """Returns the most memory of all apool processes."""
    if work.watch:
        samples = work.watch()
    else:
        samples = watch(work.pool.make_argv(work.load), work.load.jobs, folder,
                        environment | work.load.environment)
    return max(memory.get_total(sample) for sample in samples) / 1024


def find_figures(load, ours, theirs):
    """Returns what counts of apool's rounds and those of a reference."""
    pairs = list(zip(ours, theirs))
    return {
        "jobs": load.jobs,
        "cpu_ratio": statistics.median(one[0] / other[0] for one, other in pairs),
        "wall_ratio": statistics.median(one[1] / other[1] for one, other in pairs),
        "cpu_usec": statistics.median(cpu for cpu, _ in ours) * 1e6,
        "wall_usec": statistics.median(wall for _, wall in ours) * 1e6,
        "rounds": [{"cpu_usec": one[0] * 1e6, "wall_usec": one[1] * 1e6,
                    "reference_cpu_usec": other[0] * 1e6, "reference_wall_usec": other[1] * 1e6}
                   for one, other in pairs],
    }


def title(work):
    is_counted = 1 < work.load.jobs and work.name not in UNCOUNTED
    return f"{work.load.name} x {work.load.jobs}" if is_counted else work.load.name


def measure_work(work, rounds, folder, environment):
    """Returns a row for each reference."""
    here = [tool for tool, _ in work.references if tool.make_argv]
    if here:
        samples = run_rounds(work.load, [*here, work.pool], rounds, folder, environment)
        peak = {} if work.is_other else {"peak_kib": find_peak_kib(work, folder, environment)}
    rows = []
    for tool, bounds in work.references:
        name = f"{work.name}/{tool.name}"
        if not tool.make_argv:
            rows.append(leave_out(name, title(work), f"{tool.name} is not here"))
            continue
        ours, theirs = samples[work.pool.name], samples[tool.name]
        figures = find_figures(work.load, ours, theirs) | peak
        if work.is_serial:
            del figures["wall_ratio"]
        if any(bound.figure == "wall_more_msec" for bound in bounds):
            figures["wall_more_msec"] = statistics.median(
                (one[1] - other[1]) * 1e3 for one, other in zip(ours, theirs))
        rows.append(make_row(name, title(work), figures, bounds))
    return rows


def knows_warm_shell(environment):
    process = subprocess.run([os.environ["APOOL_PROGRAM"], "--help=all"], env=environment, check=True,
                             stdout=subprocess.PIPE)
    return b"--warm-shell" in process.stdout


def find_obstacle(work, environment):
    """Returns why the work of a shell cannot be done here, if so."""
    if not shutil.which("bash"):
        return "bash is not here"
    if work.name == WARM_SHELL and not knows_warm_shell(environment):
        return "apool does not know --warm-shell"
    return None


def measure_shells(options, folder, environment):
    """Yields the rows of shells that are started for each job, and of those that are not."""
    for work in (make_shell_work(options, "shell", Bound("cpu_ratio", 1.05, "CPU <= 1.05")),
                 make_shell_work(options, WARM_SHELL, Bound("cpu_ratio", 0.6, "CPU <= 0.6"),
                                 "--warm-shell"),
                 make_subshells_work(options)):
        if why := find_obstacle(work, environment):
            yield leave_out(f"{work.name}/{BARE_LOOP}", title(work), why)
        else:
            yield from measure_work(work, options.rounds, folder, environment)


def measure_jobs(options, folder, environment):
    """Yields the rows of small jobs."""
    for work in [*make_true_works(options), make_kept_work(options)]:
        rounds = min(SLOW_ROUNDS, options.rounds) if work.is_slow else options.rounds
        yield from measure_work(work, rounds, folder, environment)
    yield from measure_shells(options, folder, environment)
    yield from measure_work(make_one_job_work(folder, environment), options.rounds, folder,
                            environment)


def measure_loads(options, folder, environment):
    """Yields the rows of large inputs and outputs."""
    yield from measure_work(make_batches_work(options, folder, environment), options.rounds, folder,
                            environment)
    anywhere, on_one_core = make_copies_works(options, folder, environment)
    yield from measure_work(anywhere, options.rounds, folder, environment)
    with outputs.bind_to_one_core():
        rows = measure_work(on_one_core, options.rounds, folder, environment)
    yield from rows
