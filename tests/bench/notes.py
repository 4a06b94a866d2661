# SPDX-License-Identifier: MIT
"""What stands below the table: what a job of /bin/true takes beside time, and who takes it."""

import os
import statistics

import callgrind
import syscalls
from contest import AT_ONCE, make_bare_loop, make_pool, make_true, scale_jobs
from measure import Failure, Unavailable, make_input, read_own_cpu, start

JOBS = 500
CPU_JOBS = 4000
N_PLACES = 8


# ---- instructions ----

def find_place(path, source):
    """Returns a folder of apool's sources, or the name of another object."""
    if os.path.basename(path) == os.path.basename(os.environ["APOOL_PROGRAM"]):
        return os.path.basename(os.path.dirname(source)) or "?"
    return os.path.basename(path) or "?"


def count_instructions(jobs, options, folder, environment):
    """Returns {who: {place: instructions}}."""
    argv = [os.environ["APOOL_PROGRAM"], "--workers", "1", f"-j{AT_ONCE}", "-a",
            make_input(folder, jobs), syscalls.JOB]
    profiles = callgrind.run(argv, folder, environment | {"LD_PRELOAD": options.real_exe},
                             "--trace-children=yes", f"--trace-children-skip=*{syscalls.JOB}")
    counts = {syscalls.MANAGER: {}, syscalls.WORKER: {}}
    for profile in profiles:
        is_manager = profile.command.endswith(" ".join(argv[1:]))
        places = counts[syscalls.MANAGER if is_manager else syscalls.WORKER]
        for where, n in profile.places.items():
            place = find_place(*where)
            places[place] = places.get(place, 0) + n
    if not all(counts.values()):
        raise Unavailable(f"valgrind has followed {len(profiles)} processes only")
    return counts


def measure_instructions(options, folder, environment):
    """Returns {who: {"all": instructions per job, "places": {place: instructions per job}}}."""
    jobs = scale_jobs(JOBS, options.scale)
    few, many = (count_instructions(n, options, folder, environment) for n in (jobs, 2 * jobs))
    notes = {}
    for who, places in many.items():
        per_job = {place: (n - few[who].get(place, 0)) / jobs for place, n in places.items()}
        notes[who] = {"all": sum(per_job.values()),
                      "places": dict(sorted(per_job.items(), key=lambda one: -one[1]))}
    return notes


# ---- context switches ----

def measure_switches(options, folder, environment):
    """Returns {tool: switches per job, voluntary and not, of all its processes, jobs too}."""
    load = make_true("switches", scale_jobs(CPU_JOBS, options.scale))
    notes = {}
    for tool in (make_bare_loop(options.bare_loop), make_pool("apool")):
        rounds = []
        for _ in range(options.rounds):
            pid = start(tool.make_argv(load), make_input(folder, load.jobs), os.devnull,
                        environment)
            _, status, usage = os.wait4(pid, 0)
            if status != 0:
                raise Failure(f"notes: {tool.name} fails")
            rounds.append((usage.ru_nvcsw / load.jobs, usage.ru_nivcsw / load.jobs))
        notes[tool.name] = {"voluntary": statistics.median(one for one, _ in rounds),
                            "forced": statistics.median(one for _, one in rounds)}
    return notes


# ---- CPU of the manager ----

def measure_manager(options, folder, environment):
    """Returns the CPU time that the manager alone takes for a job, microseconds."""
    load = make_true("manager", scale_jobs(CPU_JOBS, options.scale))
    pid = start(make_pool("apool").make_argv(load), make_input(folder, load.jobs), os.devnull,
                environment)
    os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
    usec = read_own_cpu(pid) / load.jobs * 1e6
    if os.wait4(pid, 0)[1] != 0:
        raise Failure("notes: jobs that do nothing fail")
    return usec


# ---- how they are told ----

def list_numbers(numbers, form):
    return ", ".join(f"{name} {n:{form}}" for name, n in numbers.items())


def tell_calls(notes):
    for who, calls in notes.items():
        print(f"  {who}: {sum(calls.values()):.2f} ({list_numbers(calls, '.2f')})")


def tell_instructions(notes):
    for who, counts in notes.items():
        places = dict(list(counts["places"].items())[:N_PLACES])
        print(f"  {who}: {counts['all']:.0f} ({list_numbers(places, '.0f')})")


def tell_switches(notes):
    for tool, counts in notes.items():
        print(f"  {tool}, jobs too: {list_numbers(counts, '.2f')}")


def take_note(title, measure, tell):
    """Prints and returns a note, or why there is none."""
    try:
        note = measure()
    except Unavailable as why:
        print(f"{title}: left out: {why}", flush=True)
        return {"left_out": str(why)}
    print(f"{title}:")
    tell(note)
    return note


def measure_all(options, folder, environment):
    """Prints and returns notes."""
    print("\nfor a job of /bin/true")
    calls = scale_jobs(JOBS, options.scale)
    return {
        "system_calls": take_note(
            "system calls", lambda: syscalls.measure(calls, folder, environment), tell_calls),
        "instructions": take_note(
            "instructions", lambda: measure_instructions(options, folder, environment),
            tell_instructions),
        "context_switches": take_note(
            "context switches", lambda: measure_switches(options, folder, environment),
            tell_switches),
        "manager_cpu_usec": take_note(
            "CPU of the manager alone", lambda: measure_manager(options, folder, environment),
            lambda usec: print(f"  {usec:.1f} us")),
    }
