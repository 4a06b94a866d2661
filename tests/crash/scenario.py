# SPDX-License-Identifier: MIT
"""What the runs of the journal and those of the joblog have in common: a command line, the effects
of its jobs, what an uninterrupted run makes of it."""

import os
import re
import subprocess
from collections import Counter

from runs import Failure, Run, open_reports, wait_for_quiet

HEAD = re.compile(rb"#(\d+) (\d+)\n")
OWN_MESSAGE = re.compile(rb"apool: [^\n]*\n")  # what jobs write to stderr has no blanks


def split_blocks(data):
    """Returns {number: what the job wrote behind its first line}."""
    blocks = {}
    place = 0
    while place < len(data):
        head = HEAD.match(data, place)
        if not head:
            raise Failure(f"stdout: no job's output begins at {place}: {data[place:place + 40]!r}")
        number, length = int(head[1]), int(head[2])
        if number in blocks:
            raise Failure(f"stdout: the output of job {number} is there twice")
        blocks[number] = data[head.end():head.end() + length]
        if len(blocks[number]) != length:
            raise Failure(f"stdout: the output of job {number} is cut")
        place = head.end() + length
    return blocks


def join_block(number, block):
    return b"#%d %d\n%s" % (number, len(block), block)


def take_own_messages(data):
    """Returns what the jobs wrote, and what apool did, in the middle of a job's line too."""
    return OWN_MESSAGE.sub(b"", data), b"".join(OWN_MESSAGE.findall(data))


class Effects:
    """What the jobs have left behind themselves: how often each has begun and ended."""

    def __init__(self, folder):
        self.folder = os.path.join(folder, "effects")
        os.mkdir(self.folder)

    def read(self):
        """Returns (begins, ends), two counters by number."""
        begins, ends = Counter(), Counter()
        for name in os.listdir(self.folder):
            with open(os.path.join(self.folder, name), "rb") as file:
                for line in file:
                    (begins if line.startswith(b"b ") else ends)[int(name)] += 1
        return begins, ends


class Plain:
    """An uninterrupted run: what is expected of the others."""

    def __init__(self, scenario, options):
        folder = os.path.join(scenario.folder, f"plain{len(scenario.plain)}")
        os.makedirs(os.path.join(folder, "effects"))
        argv = scenario.make_argv(options, folder)
        with open(scenario.input_path, "rb") as stdin:
            done = subprocess.run(argv, env=scenario.environment, stdin=stdin, check=False,
                                  capture_output=True, cwd=folder)
        self.status = done.returncode
        self.out = done.stdout
        self.err, self.messages = take_own_messages(done.stderr)


class Scenario:
    """A command line that is run until all is done."""

    def __init__(self, number, dice, options, folder):
        self.dice = dice
        self.options = options
        self.folder = folder
        self.temporary_folder = os.path.join(folder, "tmp")
        os.mkdir(self.temporary_folder)
        self.environment = dict(options.environment, TMPDIR=self.temporary_folder)
        self.job_seed = dice.randrange(1 << 20)
        self.n_jobs = options.jobs
        self.mark = f"APOOL_CRASH_MARK={os.getpid()}-{number}".encode()
        self.n_rounds = 0
        self.is_watched = False
        self.plain = {}
        self.begins = Counter()
        self.reports = open_reports(folder)
        self.effects = Effects(folder)
        self.told_path = os.path.join(folder, "told")
        self.input_path = os.path.join(folder, "input")
        with open(self.input_path, "w", encoding="ascii") as file:
            file.writelines(f"{job}\n" for job in range(1, self.n_jobs + 1))

    def close(self):
        os.close(self.reports)

    def make_command(self, folder):
        return [self.options.job, folder, str(self.job_seed)]

    def make_argv(self, options, folder):
        raise NotImplementedError

    def find_plain(self, *options):
        """Returns what a run with these options makes that nothing happens to."""
        if options not in self.plain:
            self.plain[options] = Plain(self, options)
        return self.plain[options]

    def start(self, argv, fault=None, is_piped=False):
        self.n_rounds += 1
        environment = dict(self.environment, APOOL_CRASH_ROUND=str(self.n_rounds))
        if os.path.exists(self.told_path):
            os.unlink(self.told_path)
        self.is_watched = bool(fault) and fault.startswith("watch ")
        if fault:
            fault = f"{fault} {self.told_path}"
            environment.update(LD_PRELOAD=self.options.breaker, APOOL_CRASH_BREAK=fault)
        return Run(argv, environment, self.mark, self.reports, self.folder, self.input_path,
                   is_piped)

    def was_faulty(self):
        """Says whether a write has gone wrong in the last round."""
        return not self.is_watched and os.path.exists(self.told_path)

    def read_synced(self):
        """Returns {file name: bytes} of what was brought to the disk in a watched round."""
        synced = Counter()
        if os.path.exists(self.told_path):
            with open(self.told_path, encoding="utf-8") as file:
                for line in file:
                    size, path = line.rstrip("\n").split(" ", 1)
                    name = os.path.basename(path)
                    synced[name] = max(synced[name], int(size))
        return synced

    def wait_for_quiet(self):
        """Waits until nothing of the last round is left."""
        self.options.totals.see_quiet(wait_for_quiet(self.mark))
        left = os.listdir(self.temporary_folder)
        if left:
            raise Failure(f"temporary files are left: {left}")

    def take_effects(self, settled, most_begins):
        """Looks at what was begun since the last time. Returns the numbers of these jobs."""
        begins, ends = self.effects.read()
        new = {number: n - self.begins[number] for number, n in begins.items()
               if n > self.begins[number]}
        self.begins = begins
        again = sorted(set(new) & settled)
        if again:
            raise Failure(f"jobs that were recorded ran again: {again[:10]}")
        if new and max(new.values()) > most_begins:
            raise Failure(f"jobs ran more than once: {[j for j in new if new[j] > most_begins]}")
        for number, n in ends.items():
            if n > begins[number]:
                raise Failure(f"job {number} ended more often than it began")
        return set(new)

    def check_all_ended(self):
        """Checks that every job has come to its end."""
        _, ends = self.effects.read()
        missing = [job for job in range(1, self.n_jobs + 1) if ends[job] == 0]
        if missing:
            raise Failure(f"jobs never came to their end: {missing[:10]}")

    def count_again(self):
        """Returns how many starts of jobs there were beyond the first ones."""
        return sum(self.begins.values()) - len(self.begins)

    def read_out(self):
        with open(os.path.join(self.folder, "out"), "rb") as file:
            return file.read()

    def read_err(self):
        with open(os.path.join(self.folder, "err"), "rb") as file:
            return take_own_messages(file.read())
