# SPDX-License-Identifier: MIT
"""Reads a journal as its format says, and takes from it what a power cut may take."""

import json
import os
from collections import namedtuple

EVENTS = "events.jsonl"
OUTPUT = "output"
TYPES = {"journal", "run", "start", "piece", "retry", "end", "sync", "trouble", "finish"}

# Where it begins in the log; the numbers its job was given; whether it ended by itself; whether its
# output is there, and where.
End = namedtuple("End", "position numbers is_final is_recorded out err")


class Journal:
    """What is in a folder. What is no event is left out."""

    def __init__(self, folder):
        self.folder = folder
        self.ends = []
        self.n_events = 0
        self.sync_position = 0  # what is before it is on the disk
        self.sync_end = 0  # of the line that says so
        self.length = 0
        self.read()

    def read(self):
        try:
            with open(os.path.join(self.folder, EVENTS), "rb") as file:
                data = file.read()
        except FileNotFoundError:
            return
        self.length = len(data)
        position = 0
        for line in data.split(b"\n"):
            if position + len(line) < len(data):
                self.take(line, position)
            position += len(line) + 1

    def take(self, line, position):
        try:
            event = json.loads(line)
            kind = event["type"]
        except (ValueError, KeyError, TypeError):
            kind = None
        if kind not in TYPES:
            return
        self.n_events += 1
        if kind == "end":
            self.take_end(event, position)
        elif kind == "sync":
            self.sync_position = event["events"]
            self.sync_end = position + len(line) + 1

    def take_end(self, event, position):
        numbers = tuple(int(word) for word in event["arguments"])
        self.ends.append(End(position, numbers, event["final"], event["recorded"],
                             event.get("out", []), event.get("err", [])))

    def find_settled(self, doubtful):
        """Returns {numbers: End} of the jobs that are not to be run again. What stands at doubtful
        places is left out."""
        settled = {}
        for end in self.ends:
            if end.is_final and end.position not in doubtful:
                settled[end.numbers] = end
        return {numbers: end for numbers, end in settled.items() if end.is_recorded}

    def find_durable(self, doubtful):
        """Returns those that a power cut cannot take."""
        return {numbers: end for numbers, end in self.find_settled(doubtful).items()
                if end.position < self.sync_position}

    def read_output(self, extents):
        parts = []
        if extents:
            with open(os.path.join(self.folder, OUTPUT), "rb") as file:
                for offset, length in extents:
                    file.seek(offset)
                    parts.append(file.read(length))
        return b"".join(parts)


def spoil(path, first, last, dice):
    """Cuts a file somewhere between two places, or has zeros from there on."""
    place = dice.randint(first, last)
    if dice.random() < 0.5:
        os.truncate(path, place)
        return
    with open(path, "r+b") as file:
        file.seek(place)
        file.write(bytes(last - place))


def cut_power(journal, durable, dice):
    """Takes what was not said to be on the disk, or a part of it, as a power cut might."""
    events, output = (os.path.join(journal.folder, name) for name in (EVENTS, OUTPUT))
    if journal.length and dice.random() < 0.7:
        spoil(events, journal.sync_position, journal.length, dice)
    if not os.path.exists(output):
        return
    safe = max((offset + length for end in durable.values()
                for offset, length in [*end.out, *end.err]), default=0)
    length = os.path.getsize(output)
    if length > safe and dice.random() < 0.7:
        spoil(output, safe, length, dice)
    lose_pieces(output, journal, dice)


def lose_pieces(output, journal, dice):
    """Has zeros in what was written after the last sync, wherever in the store that is."""
    length = os.path.getsize(output)
    with open(output, "r+b") as file:
        for end in journal.ends:
            # The place of an earlier one may be another's now: a cut gives it free.
            if end.position < journal.sync_position:
                continue
            for offset, size in [*end.out, *end.err]:
                size = min(size, length - offset)
                if size > 0 and dice.random() < 0.3:
                    file.seek(offset)
                    file.write(bytes(dice.randint(1, size)))
