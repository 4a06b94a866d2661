# SPDX-License-Identifier: MIT
"""Runs with a journal that are broken and resumed."""

import os
import signal
import subprocess
from dataclasses import dataclass

from journal import EVENTS, OUTPUT, Journal, cut_power
from runs import Failure, send
from scenario import Scenario, join_block, split_blocks

# Ways to break a run, and how often each is taken.
KINDS = {
    "manager": 5,  # SIGKILL
    "worker": 2,
    "all": 3,
    "start": 2,  # SIGKILL of the manager while it begins
    "end": 2,  # SIGKILL of the manager while it comes to its end
    "tear": 4,  # SIGKILL of the manager within a write to the journal
    "power": 4,  # SIGKILL of all, and what was not synced is lost
    "term": 1,
    "int": 1,
    "enospc": 2,
    "eio": 1,
    "short": 2,
    "sync": 1,
}

# How often a run is broken of which nothing is left to be run.
MAX_BROKEN_REPLAYS = 2

FAULTS = {"tear", "enospc", "eio", "short", "sync"}

# After these the journal has all that has ended, but for what was on its way.
PROMPT = {"manager", "all", "start", "end"}

# How many numbers each job of a shape is given, if more than one.
BATCHES = {"three": 3, "context": 5}

SHAPES = ("plain", "plain", "shell", "three", "context", "retries")


@dataclass
class Plan:
    """How a round goes."""

    kind: str  # "" for one that is left alone
    n_reports: int
    delay_sec: float
    at_once: int
    is_killed: bool  # at its moment
    fault: str  # (nullable)
    options: list
    view: tuple  # options that what is printed depends on
    is_unordered: bool
    is_hasty: bool  # the next one does not wait until all processes are gone


class JournalScenario(Scenario):
    """One journal, of the first run to the last one."""

    def __init__(self, number, dice, options, folder):
        super().__init__(number, dice, options, folder)
        self.journal_folder = os.path.join(folder, "journal")
        self.shape = dice.choice(SHAPES)
        self.feed = dice.choice(("pipe", "file", "stdin", "arguments"))
        self.settled = {}  # {numbers: End}
        self.has_begun = False  # any job, in the last round
        self.was_hasty = False
        self.length_before = 0  # of the log when the last round began
        self.doubtful = set()  # places in the log of ends that a power cut may have spoiled

    def describe(self):
        return f"journal, {self.shape} from {self.feed}, {self.n_jobs} jobs"

    def make_argv(self, options, folder):
        command = self.make_command(folder)
        if self.shape == "shell":
            command = [" ".join([*command, "{}", "&& :"])]
        elif self.shape == "three":
            command = ["-N3", *command]
        elif self.shape == "context":
            command = ["-X", "-n5", " ".join([*command, "{}", "|| :"])]
        elif self.shape == "retries":
            command = ["--retries", "2", *command]
        tail = []
        if self.feed == "file":
            tail = ["-a", self.input_path]
        argv = [self.options.apool, *options, *tail, *command]
        if self.feed == "arguments":
            argv += [":::", *(str(job) for job in range(1, self.n_jobs + 1))]
        return argv

    def count_left(self):
        return self.n_jobs - sum(len(numbers) for numbers in self.settled)

    # ---- What is going to happen ----

    def make_plan(self, kind):
        dice = self.dice
        left = self.count_left()
        if kind == "end" and left > self.n_jobs // 2:
            kind = "manager"  # else little was left for the other ways
        at_once = dice.choice((1, 2, 4, 4, 8, 16))
        is_unordered = dice.random() < 0.2
        # With -X the last jobs share what is left among as many as run at a time, tags too.
        has_tags = not is_unordered and self.shape != "context" and dice.random() < 0.25
        view = ("--tag",) if has_tags else ()
        plan = Plan(kind, 0, dice.uniform(0, 0.02), at_once, bool(kind), None,
                    ["--journal-sync", dice.choice(("0", "0.02", "0.02", "0.1", "1"))], view,
                    is_unordered, dice.random() < 0.3)
        if dice.random() < 0.5:
            plan.options += ["--workers", str(dice.randint(1, min(4, at_once)))]
        if kind == "end":
            plan.n_reports = max(0, 2 * left - dice.randrange(4))
            plan.delay_sec /= 4
        elif kind and kind != "start":
            plan.n_reports = dice.randrange(max(1, 2 * left // 4))
        if kind in FAULTS:
            plan.fault = self.make_fault(kind, left)
            plan.is_killed = kind != "tear" and dice.random() < 0.5
        if kind == "power":
            plan.fault = f"watch {self.journal_folder} * 0 0 0"
        return plan

    def make_fault(self, kind, left):
        dice = self.dice
        first = 1 + dice.randrange(max(1, left))
        last = 1 << 30 if dice.random() < 0.6 else first + dice.randrange(20)
        name = dice.choice((EVENTS, EVENTS, "output", "*"))
        if kind == "sync":
            first, name = dice.randint(1, 4), "*"
        elif kind == "short":
            first, last = 1, 1 << 30
        return f"{kind} {self.journal_folder} {name} {first} {last} {dice.randrange(1 << 20)}"

    def make_round_argv(self, plan):
        options = [f"-j{plan.at_once}", "--journal", self.journal_folder, *plan.options, *plan.view]
        if plan.is_unordered:
            options.append("--unordered")
        return self.make_argv(options, self.folder)

    # ---- What happens ----

    def play(self, plan):
        """Goes through a round. Returns whether the run has come to its end by itself."""
        stdin_is_piped = self.feed == "pipe"
        run = self.start(self.make_round_argv(plan), plan.fault, stdin_is_piped)
        try:
            was_broken = self.hurt(run, plan)
            status = run.finish()
        finally:
            run.close()
        if plan.kind == "tear":
            was_broken = status == -signal.SIGKILL
        self.check_death(plan, status, was_broken)
        if not plan.is_hasty or plan.kind in ("power", "") or not was_broken:
            self.wait_for_quiet()
        return was_broken, status

    def hurt(self, run, plan):
        """Breaks a run at its moment. Returns whether there was something to break."""
        if not plan.is_killed or not run.wait_until(plan.n_reports, plan.delay_sec):
            return False
        if plan.kind == "worker":
            workers = run.find_workers()
            if workers:
                send(self.dice.choice(workers), signal.SIGKILL)
            return bool(workers)
        if plan.kind in ("all", "power"):
            run.kill_all()
        else:
            number = {"term": signal.SIGTERM, "int": signal.SIGINT}.get(plan.kind, signal.SIGKILL)
            send(run.process.pid, number)
        return True

    def check_death(self, plan, status, was_broken):
        if not was_broken or plan.kind == "worker":
            if status < 0:
                raise Failure(f"died of signal {-status}")
            return
        number = {"term": signal.SIGTERM, "int": signal.SIGINT}.get(plan.kind, signal.SIGKILL)
        # It may have been over before the signal came.
        if status < 0 and status != -number:
            raise Failure(f"{plan.kind}: died of signal {-status}")

    # ---- What must be so ----

    def check_round(self, plan, was_broken):
        """Looks at what a round has left. Returns how many jobs were on their way."""
        before = self.settled
        # Where the last round was left in haste, a worker may have begun one when that was over.
        most = (2 if self.shape == "retries" else 1) + self.was_hasty
        begun = self.take_effects({job for numbers in before for job in numbers}, most)
        self.was_hasty = plan.is_hasty and was_broken
        self.has_begun = bool(begun)
        journal = Journal(self.journal_folder)
        now = journal.find_settled(self.doubtful)
        self.check_kept(before, now)
        self.check_outputs(journal, [end for numbers, end in now.items() if numbers not in before])
        self.settled = self.lose_power(journal) if plan.kind == "power" and was_broken else now
        done = {job for numbers in now for job in numbers}
        self.options.totals.count_ends(len(now) - len(before))
        return len(begun - done)

    def check_kept(self, before, now):
        lost = [numbers for numbers in before if numbers not in now]
        if lost:
            raise Failure(f"the journal has lost what was recorded: {lost[:10]}")

    def lose_power(self, journal):
        """Takes from the journal what was not synced. Returns what it must still have."""
        durable = journal.find_durable(self.doubtful)
        self.check_synced(journal, durable)
        cut_power(journal, durable, self.dice)
        journal = Journal(self.journal_folder)
        # Whether these are good is for apool to find out.
        self.doubtful = {end.position for end in journal.ends if end.numbers not in durable}
        self.check_kept(durable, journal.find_settled(self.doubtful))
        return durable

    def check_synced(self, journal, durable):
        """Checks that the last sync of the last round says no more than what was on the disk."""
        # One that was torn just before its newline has got that in this round.
        if journal.sync_end - 1 <= self.length_before:
            return
        synced = self.read_synced()
        if journal.sync_position > synced[EVENTS]:
            raise Failure(f"{journal.sync_position} bytes of events are said to be on the disk,"
                          f" of which {synced[EVENTS]} are")
        end = max((offset + length for one in durable.values()
                   for offset, length in [*one.out, *one.err]), default=0)
        if any(one.position >= self.length_before for one in durable.values()) \
                and end > synced[OUTPUT]:
            raise Failure(f"{end} bytes of output are said to be on the disk, of which"
                          f" {synced[OUTPUT]} are")

    def check_outputs(self, journal, ends):
        out = self.find_blocks()
        for end in ends:
            expected = b"".join(join_block(job, out[job]) for job in end.numbers if job in out)
            if journal.read_output(end.out) != expected:
                raise Failure(f"the store has not what was written by {end.numbers}")

    def find_blocks(self):
        plain = self.find_plain()
        if not hasattr(plain, "blocks"):
            plain.blocks = split_blocks(plain.out)
        return plain.blocks

    def check_flight(self, plan, n_flying):
        """Checks that no more has to be run again than can have been on its way."""
        size = BATCHES.get(self.shape, 1)
        # As many as run, and those whose end the manager had not heard of when it died.
        most = size * (3 * plan.at_once + 8)
        self.options.totals.see_flight(n_flying, plan.at_once)
        if n_flying > most:
            raise Failure(f"{n_flying} jobs have to run again of -j{plan.at_once}")

    def check_survivors(self, plan, n_flying):
        """Checks that the loss of a worker has cost no other jobs than those it ran."""
        if n_flying > plan.at_once * BATCHES.get(self.shape, 1):
            raise Failure(f"with a worker {n_flying} jobs went")

    def check_end(self, plan, status, may_trouble):
        """Compares a run that came to its end with one that nothing happened to."""
        plain = self.find_plain(*plan.view)
        out = self.read_out()
        err, messages = self.read_err()
        if plan.is_unordered:
            same = split_blocks(out) == self.find_blocks()
            same_err = sorted(err.splitlines()) == sorted(plain.err.splitlines())
        else:
            same, same_err = out == plain.out, err == plain.err
        if not same:
            raise Failure(f"stdout differs: {len(out)} bytes instead of {len(plain.out)}")
        if not same_err:
            raise Failure("stderr differs")
        if status != plain.status and not (may_trouble and status == 255):
            raise Failure(f"status {status} instead of {plain.status}: {messages.decode()[-500:]}")
        self.check_all_ended()
        return status == plain.status

    def was_refused(self, status):
        """Says whether a run did not begin because nothing could be recorded of it at all."""
        return (self.was_faulty() and status == 255 and self.read_out() == b""
                and b"--journal: " in self.read_err()[1])

    def check_status(self):
        """Asks apool about the journal."""
        done = subprocess.run([self.options.apool, "--journal", self.journal_folder, "--status"],
                              env=self.environment, check=False, capture_output=True,
                              stdin=subprocess.DEVNULL)
        if done.returncode != 0:
            raise Failure(f"--status: {done.returncode}: {done.stderr.decode()}")

    # ---- All of it ----

    def run_round(self, kind):
        """Returns whether all is done."""
        plan = self.make_plan(kind)
        self.options.tell(f"  round {self.n_rounds + 1}: {plan.kind or 'left alone'}"
                          f" after {plan.n_reports}{' ' + plan.fault if plan.fault else ''}"
                          f" -j{plan.at_once} {' '.join([*plan.options, *plan.view])}"
                          f"{' --unordered' if plan.is_unordered else ''}")
        journal = Journal(self.journal_folder)
        self.length_before = journal.length
        # A run may have been killed before it had recorded anything.
        if journal.n_events > 0 and self.options.has_status:
            self.check_status()
        was_broken, status = self.play(plan)
        n_flying = self.check_round(plan, was_broken)
        if kind in PROMPT and was_broken and not plan.is_hasty:
            self.check_flight(plan, n_flying)
        if kind == "worker" and was_broken:
            self.check_survivors(plan, n_flying)
        if was_broken or self.was_faulty():
            self.options.totals.count_break(kind)
        if was_broken or self.was_refused(status):
            return False
        is_whole = self.check_end(plan, status, self.was_faulty())
        return is_whole and n_flying == 0

    def replay(self):
        """Runs all once more, of which nothing is left to be run."""
        n_begins = sum(self.begins.values())
        if not self.run_round("") or sum(self.begins.values()) != n_begins:
            raise Failure("jobs ran although the journal was complete")

    def go_through(self, kinds):
        """Takes ways to break a run from an iterator until all is done."""
        n_replays = 0
        while not self.run_round(next(kinds, "") if n_replays < MAX_BROKEN_REPLAYS else ""):
            n_replays += not self.has_begun and len(self.begins) == self.n_jobs
        self.replay()
        if self.begins.keys() != set(range(1, self.n_jobs + 1)):
            raise Failure("jobs were forgotten")
