# SPDX-License-Identifier: MIT
"""What inputs cost on the way to jobs: CPU beside xargs, memory of millions, templates, Perl.

Many inputs make few jobs here, of 1000 inputs each or of one in 10000, so that what is seen is the
way from the input to the job. Where memory is measured the jobs print what they are given, and it
is compared with what went in: a figure counts only where nothing has been lost on the way.
"""

import collections
import math
import os
import shutil
import statistics
import subprocess

import memory
from measure import Failure, make_input, run_once

BATCH = 1000
PARTS = 10000
PASSING_LINES = 10_000_000
PRODUCT_SIDE = 3000
SHUFFLED_LINES = 1_000_000
PERL_ROWS = 100_000
ROUNDS = 3

# Aims.
MAX_MIB = 64
MAX_RENDER_USEC = 2.0

CHUNK_BYTES = 1 << 20

ECHO = "/bin/echo"


def make_pool(*words):
    return [os.environ["APOOL_PROGRAM"], *words]


def tell(name, value, unit, aim=None):
    """Prints a figure, beside its aim where it has one. Returns a row."""
    row = {"name": name, "value": value, "unit": unit}
    note = ""
    if aim is not None:
        row |= {"aim": aim, "is_met": value <= aim}
        note = f"  (aim: {aim:g}{'' if row['is_met'] else ', MISSED'})"
    print(f"{name:<44} {value:>10.2f} {unit}{note}", flush=True)
    return row


def fail(argv, why):
    raise Failure(f"inputs: {' '.join(argv[1:])}: {why}")


def run_well(argv, stdin_path, stdout_path, environment):
    """Returns the CPU seconds of a run that succeeds."""
    cpu, _, status = run_once(argv, stdin_path, stdout_path, environment)
    if status != 0:
        fail(argv, f"ended with {status}")
    return cpu


def find_median(rounds, function):
    return statistics.median(function(one) for one in rounds)


def run_rounds(contenders, stdin_path, environment):
    """Has commands, by name, take turns. Returns a list of {name: CPU seconds}."""
    rounds = []
    for number in range(ROUNDS):
        names = list(contenders)[::-1 if number % 2 else 1]
        rounds.append({name: run_well(contenders[name], stdin_path, os.devnull, environment)
                       for name in names})
    return rounds


# ---- batches, beside xargs ----

def read_chunks(path):
    with open(path, "rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            yield chunk


def check_same(argv, wanted, output, change=bytes):
    """Checks that the output is what is wanted once each chunk of it has been changed."""
    if os.path.getsize(wanted) != os.path.getsize(output):
        fail(argv, "the output is not as long as it should be")
    for one, other in zip(read_chunks(wanted), read_chunks(output)):
        if one != change(other):
            fail(argv, "the output is not what it should be")


def check_batches(pool, xargs, lines, folder, environment):
    """Checks that both make the same jobs."""
    paths = [os.path.join(folder, name) for name in ("batches", "batches-of-xargs")]
    for argv, path in zip((pool, xargs), paths):
        run_well([*argv, ECHO], lines, path, environment)
    check_same(pool, paths[1], paths[0])
    for path in paths:
        os.unlink(path)


# ---- memory while all of an input passes ----

def check_words(argv, lines, output):
    """Checks that the output has the words of the input, in that order."""
    check_same(argv, lines, output, lambda chunk: chunk.replace(b" ", b"\n"))


def check_shuffled(argv, lines, output):
    """Checks that the output has the words of the input, in another order."""
    with open(lines, "rb") as wanted, open(output, "rb") as given:
        before, after = wanted.read().split(), given.read().split()
    if before == after or collections.Counter(before) != collections.Counter(after):
        fail(argv, "the output is not the input, shuffled")


def check_part(argv, n_lines, output):
    """Checks that the output has about one in PARTS of the lines, each with its own number."""
    number, n_found, wanted = 0, 0, n_lines / PARTS
    with open(output, "rb") as given:
        for line in given:
            before, number = number, int(line.split()[0])
            n_found += 1
            if number <= before or line.split()[1] != f"word{number - 1}".encode():
                fail(argv, f"line {n_found} of the output is not one of the input in its place")
    if number > n_lines or abs(n_found - wanted) > 6 * math.sqrt(wanted):
        fail(argv, f"{n_found} lines of {n_lines}, the last of them {number}")


def check_product(argv, side, output):
    """Checks that the output has the first word and the last one of each batch of pairs."""
    with open(output, "rb") as given:
        lines = given.readlines()
    begins = range(0, side * side, BATCH)
    if len(lines) != len(begins):
        fail(argv, f"{len(lines)} batches instead of {len(begins)}")
    for number, (begin, line) in enumerate(zip(begins, lines), 1):
        end = min(begin + BATCH, side * side) - 1
        if line != f"{number} word{begin // side} word{end % side}\n".encode():
            fail(argv, f"batch {number} is {line}")


def measure_passing(name, argv, stdin_path, check, folder, environment):
    """Runs a pool through all of its input. Prints and returns a row."""
    output = os.path.join(folder, "output")
    samples, cpu, wall, status = memory.watch_run(argv, stdin_path, output, environment)
    if status != 0 or not samples:
        fail(argv, f"ended with {status}, looked at {len(samples)} times")
    check(argv, output)
    os.unlink(output)
    return memory.tell(name, samples) | {"cpu_sec": cpu, "wall_sec": wall}


def tell_passing(row):
    """Prints and returns what counts of a row of measure_passing()."""
    name = row["name"]
    return [tell(f"{name}: most memory", row["peak_kib"] / 1024, "MiB", MAX_MIB),
            tell(f"{name}: CPU, jobs too", row["cpu_sec"], "s"),
            tell(f"{name}: time", row["wall_sec"], "s")]


def measure_memory(scale, folder, environment):
    n_lines = max(10 * BATCH, int(PASSING_LINES * scale))
    n_shuffled = max(10 * BATCH, int(SHUFFLED_LINES * scale))
    side = max(100, int(PRODUCT_SIDE * math.sqrt(scale)))
    lines, shuffled, words = (make_input(folder, n) for n in (n_lines, n_shuffled, side))
    memory.print_heading()
    rows = [measure_passing(
        f"{n_lines} lines, -N", make_pool(f"-N{BATCH}", ECHO), lines,
        lambda argv, output: check_words(argv, lines, output), folder, environment)]
    rows.append(measure_passing(
        f"{n_lines} lines, a part", make_pool("--partition", f"1/{PARTS}", ECHO, "{#}", "{}"),
        lines, lambda argv, output: check_part(argv, n_lines, output), folder, environment))
    os.unlink(lines)
    product = make_pool(f"-N{BATCH}", ECHO, "{#}", "{1}", "{-1}", "::::", words, "::::", words)
    rows.append(measure_passing(
        f"{side} x {side}, -N", product, os.devnull,
        lambda argv, output: check_product(argv, side, output), folder, environment))
    rows.append(measure_passing(
        f"{n_shuffled} lines, --shuf", make_pool("--shuf", f"-N{BATCH}", ECHO), shuffled,
        lambda argv, output: check_shuffled(argv, shuffled, output), folder, environment))
    print()
    return rows + [figure for row in rows for figure in tell_passing(row)]


# ---- templates and Perl ----

def measure_templates(render, scale, environment):
    """Runs the program that renders rows; each of its lines is a name and a figure."""
    n_rows = max(1000, int(1_000_000 * scale))
    argv = [render, str(n_rows)]
    process = subprocess.run(argv, env=environment, stdout=subprocess.PIPE, check=False)
    if process.returncode != 0:
        fail(argv, f"ended with {process.returncode}")
    print(f"\n{n_rows} rows, eight replacement strings, CPU for each")
    return [tell(name, float(usec), "us", MAX_RENDER_USEC)
            for name, usec in (line.split() for line in process.stdout.decode().splitlines())]


def measure_perl(scale, folder, environment):
    """Measures what an expression costs: of rows that then run no job, and of values of batches."""
    if not shutil.which("perl", path=environment.get("PATH")):
        print("perl: not here, left out")
        return []
    n_rows = max(10 * BATCH, int(PERL_ROWS * scale))
    lines = make_input(folder, n_rows)
    skips = f"{{= s/a/b/; skip() if seq() % {BATCH} =}}"
    rounds = run_rounds({
        "plain": make_pool("-N100", "true"),
        "batches": make_pool("-N100", "true", "{= s/a/b/ =}"),
        "rows": make_pool("true", skips),
    }, lines, environment)
    print(f"\n{n_rows} values through {{= s/a/b/ =}}, perl's CPU with ours, for each")
    return [
        tell("of a batch of 100, more than without", find_median(
            rounds, lambda one: (one["batches"] - one["plain"]) / n_rows * 1e6), "us"),
        tell(f"of its own, but all but one in {BATCH} skip", find_median(
            rounds, lambda one: one["rows"] / n_rows * 1e6), "us"),
        {"name": "rounds", "rounds": rounds},
    ]


def measure_all(options, folder, environment):
    """Prints and returns rows."""
    return {
        "memory": measure_memory(options.scale, folder, environment),
        "templates": measure_templates(options.render, options.scale, environment),
        "perl": measure_perl(options.scale, folder, environment),
    }
