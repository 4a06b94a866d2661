# SPDX-License-Identifier: MIT
"""What all parts of the benchmark share: how a program is run and what its run costs."""

import os
import time


class Failure(Exception):
    """A program did not do its work: its figures mean nothing."""


class Unavailable(Exception):
    """A tool is not here, or cannot do its work here: what it would measure is left out."""


def make_environment():
    environment = dict(os.environ)
    for name in ("APOOL", "PARALLEL", "BASH_ENV", "ENV", "MALLOC_PERTURB_"):
        environment.pop(name, None)
    for name in ("SHELL", "APOOL_SHELL", "PARALLEL_SHELL"):
        environment[name] = "/bin/sh"
    return environment


def make_input(folder, lines):
    """Returns the path of a file of so many lines."""
    path = os.path.join(folder, f"input-{lines}")
    if not os.path.exists(path):
        with open(path, "w", encoding="ascii") as file:
            file.writelines(f"word{number}\n" for number in range(lines))
    return path


def start(argv, stdin_path, stdout_path, environment, stderr_path=None):
    """Starts a program, with our own stderr where it is given none. Returns its process id."""
    actions = [(os.POSIX_SPAWN_OPEN, 0, stdin_path, os.O_RDONLY, 0)]
    for fd, path in (1, stdout_path), (2, stderr_path):
        if path:
            actions.append((os.POSIX_SPAWN_OPEN, fd, path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC,
                            0o600))
    return os.posix_spawn(argv[0], argv, environment, file_actions=actions)


def wait(pid, begin):
    """Waits for a program that began then. Returns (CPU seconds, wall seconds, exit status)."""
    _, status, usage = os.wait4(pid, 0)
    wall = time.monotonic() - begin
    return usage.ru_utime + usage.ru_stime, wall, os.waitstatus_to_exitcode(status)


def run_once(argv, stdin_path, stdout_path, environment, stderr_path=None):
    """Runs a program to its end. Returns (CPU seconds, wall seconds, exit status)."""
    begin = time.monotonic()
    pid = start(argv, stdin_path, stdout_path, environment, stderr_path)
    return wait(pid, begin)


def read_own_cpu(pid):
    """Returns the CPU seconds of a process that has ended and was not reaped, without children."""
    with open(f"/proc/{pid}/stat", "rb") as file:
        fields = file.read().rpartition(b")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def count_lines(path):
    with open(path, "rb") as lines:
        return sum(1 for _ in lines)
