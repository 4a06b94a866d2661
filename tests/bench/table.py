# SPDX-License-Identifier: MIT
"""The table of what speed has to be: a row for each work beside a reference, with its bounds.

A row has figures by name; a bound says how much one of them may be, and perhaps how much it had
better be. Whether they are met is told and written down; nothing fails because something is slow.
A row that nothing is asked of stands there to explain another one.
"""

import math
from dataclasses import dataclass

# In the order in which they are printed.
ROWS = (
    "true/bare loop", "true/xargs", "true/GNU parallel", "bare loop/GNU parallel",
    "kept/bare loop", "shell/bare loop", "warm shell/bare loop", "subshells/bare loop",
    "one job/GNU parallel", "one job/xargs", "batches/xargs", "copies/cat",
    "copies on one core/cat", "pool/few workers", "pool/many workers", "gates/none", "idle/none",
    "sleepers/bare loop",
)

# Of these nothing is asked.
UNBOUND = ("bare loop/GNU parallel", "subshells/bare loop", "copies on one core/cat")

# The first of these figures that a row has is shown in that column.
CPU_FORMATS = {
    "cpu_ratio": "{:.3f} x",
    "task_usec": "{:.2f} us",
    "cpu_share": "{:.2%}",
    "gates_instructions": "{:.1f} instr.",
}
WALL_FORMATS = {
    "wall_more_msec": "{:+.1f} ms",
    "wall_ratio": "{:.3f} x",
    "growth_mib": "{:+.1f} MiB",
    "wakeups": "{:.0f} wake-ups",
    "gates_share": "{:.2%}",
}


@dataclass
class Bound:
    """What a figure may be at most, and had better be, and how the table says so."""

    figure: str
    must: float
    text: str
    aim: float | None = None


def make_row(name, work, figures, bounds):
    """Returns a row. Its name is that of the work and, behind a slash, of the reference."""
    checks = [{
        "figure": bound.figure,
        "value": figures[bound.figure],
        "must": bound.must,
        "text": bound.text,
        "aim": bound.aim,
        "is_met": figures[bound.figure] <= bound.must,
        "meets_aim": bound.aim is None or figures[bound.figure] <= bound.aim,
    } for bound in bounds]
    return {
        "name": name,
        "work": work,
        "bounds": checks,
        "is_met": all(check["is_met"] for check in checks),
        "meets_aim": all(check["meets_aim"] for check in checks),
        **figures,
    }


def leave_out(name, work, why):
    """Returns a row that says why it has no figures."""
    return {"name": name, "work": work, "left_out": why}


def show(row, formats):
    for figure, form in formats.items():
        if figure in row:
            return form.format(row[figure])
    return ""


def show_bounds(row):
    """Returns the last columns: what is wanted, and what has become of it."""
    if not row["bounds"]:
        return ""
    must = "; ".join(check["text"] for check in row["bounds"])
    aims = "; ".join(f"{check['aim']:.2f}" for check in row["bounds"] if check["aim"] is not None)
    mark = "MISSED" if not row["is_met"] else "met" if row["meets_aim"] else "met, not the aim"
    return f"  {must:<30} {aims:<5} {mark}"


def print_heading():
    print(f"\n{'work':<36} {'beside':<12} {'CPU':>12} {'wall, other':>12} {'MiB':>6}"
          f"  {'must':<30} {'aim':<5} met", flush=True)


def print_row(row):
    begin = f"{row['work']:<36} {row['name'].partition('/')[2]:<12}"
    if "left_out" in row:
        print(f"{begin} left out: {row['left_out']}", flush=True)
        return
    peak = f"{row['peak_kib'] / 1024:.1f}" if "peak_kib" in row else ""
    print(f"{begin} {show(row, CPU_FORMATS):>12} {show(row, WALL_FORMATS):>12} {peak:>6}"
          f"{show_bounds(row)}", flush=True)


def find_faults(rows):
    """Returns what is wrong with a table that should be whole, in words."""
    faults = []
    names = [row["name"] for row in rows]
    if names != list(ROWS):
        faults.append(f"the rows are {names}, not {list(ROWS)}")
    for row in rows:
        if "left_out" in row:
            continue
        values = [check["value"] for check in row["bounds"]]
        has_bounds = bool(values) == (row["name"] not in UNBOUND)
        if "peak_kib" in row:
            values.append(row["peak_kib"] or math.nan)
        if not has_bounds or not all(math.isfinite(value) for value in values):
            faults.append(f"{row['name']}: no figures: {values}")
    return faults
