#!/usr/bin/env python3
"""Spiking networks beside Brian 2's C++ standalone mode, in turn: spiking.py --peers FOLDER [options].

The folder holds brian_cuba.py, brian_coba.py and brian_stdp.py, which simulate the networks of the experiments in
spiking/ and take --target standalone, --n, --threads, --seconds, --stdp, --input. Each binary is compiled once; then a
round runs altdsl, the binary, and altdsl again. Times are of the loop over time steps, without reading files,
compilation of a network, and results. A second of biological time at a time is measured in altdsl: the first, in which
the Java machine finds out what to compile, and those after it. For the peer it is the time of the whole loop over the
biological time. A round beside which other programs took more than a fifth of a core does not count.
"""
import argparse
import csv
import json
import os
import random
import re
import shutil
import statistics
import subprocess
import sys
import tempfile

from quiet import LIMIT, Quiet, busy

HERE = os.path.dirname(os.path.abspath(__file__))


class Cell:
    """A network, its size and the number of threads. Times count for so many seconds of biological time."""

    def __init__(self, experiment, peer, goal, n=4000, threads=1, seconds=4, per=1):
        self.experiment, self.peer, self.goal = experiment, peer, goal
        self.n, self.threads, self.seconds, self.per = n, threads, seconds, per
        self.name = "%s-%d-%d" % (experiment, n, threads)


STDP = ["brian_cuba.py", "--stdp"]
CELLS = [
    Cell("cuba", ["brian_cuba.py"], 1.5),
    Cell("cuba-stdp", STDP, 1.5, n=1000, seconds=8),
    Cell("cuba-stdp", STDP, 1.5),
    Cell("cuba-stdp", STDP, 1.5, n=16000),
    Cell("coba-stdp", ["brian_coba.py", "--stdp"], 1.5),
    Cell("coba-stdp", ["brian_coba.py", "--stdp"], 1.0, threads=2),
    Cell("song-abbott-list", ["brian_stdp.py", "--input", "list"], 1.5, n=1000, seconds=100, per=100),
    Cell("song-abbott", ["brian_stdp.py", "--input", "poisson"], 15, n=1000, seconds=100, per=100),
]


def options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--peers", default=os.environ.get("ALTDSL_PEERS"), help="the folder of the peers' programs")
    parser.add_argument("--python", default="/usr/bin/python3", help="the Python that runs them")
    parser.add_argument("--cells", default="", help="which cells, a regular expression over such as cuba-stdp-4000-1")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--alone", action="store_true", help="altdsl without peers")
    parser.add_argument("--table", help="only print the table of a file that --out made")
    parser.add_argument("--out", help="append each round's figures to this file, a line of JSON each")
    chosen = parser.parse_args()
    if not (chosen.peers or chosen.table or chosen.alone):
        parser.error("--peers is needed")
    return chosen


class Peer:
    """A binary that waits to be run again."""

    def __init__(self, chosen, cell):
        program = [os.path.join(chosen.peers, cell.peer[0])] + cell.peer[1:]
        self.process = subprocess.Popen(
            [chosen.python, os.path.join(HERE, "spiking", "peer.py"), *program, "--target", "standalone", "--n",
             str(cell.n), "--threads", str(cell.threads), "--seconds", str(cell.seconds)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.build = self.line()["build_s"]

    def line(self):
        for line in self.process.stdout:
            if line.startswith("{"):
                return json.loads(line)
        sys.exit("the peer ended")

    def run(self):
        before = busy()
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        row = self.line()
        return {"loop": row["loop_s"], "others": (busy() - before - row["cpu_s"]) / row["process_s"]}

    def close(self):
        """What the peer says of its network."""
        self.process.stdin.close()
        return self.line()


def spikes(folder, neurons, seconds, rate=15, step=1e-4, seed=1):
    """A file with the times of independent spikes, at most one in a step, as the peer draws them."""
    draw = random.Random(seed)
    with open(os.path.join(folder, "spikes.csv"), "w") as file:
        for neuron in range(neurons):
            at = draw.expovariate(rate)
            while at < seconds:
                file.write("%.4f,%d\n" % (int(at / step) * step, neuron))
                at = (int(at / step) + 1) * step + draw.expovariate(rate)


def start(folder, cell, seconds):
    """Runs so many seconds of an experiment, from the command to the report."""
    out = os.path.join(folder, "run")
    settings = {"n": cell.n, "time": "%g s" % seconds}
    if cell.experiment.startswith("c"):
        settings["excitatory"] = cell.n * 4 // 5
    sets = [word for name, value in settings.items() for word in ("--set", "%s=%s" % (name, value))]
    return Quiet(["bash", "-c", 'rm -rf "$1"; shift; exec "$@"', "altdsl", out, os.path.join(HERE, "..", "altdsl"), "run",
                  os.path.join(folder, cell.experiment + ".exp"), "--quiet", "--threads", str(cell.threads), "--seeds", "1",
                  "--out", out, *sets])


def altdsl(folder, cell):
    """Runs an experiment; the seconds of each part of its biological time, and what it measured at the end."""
    run = start(folder, cell, cell.seconds)
    out = os.path.join(folder, "run")
    with open(os.path.join(out, "results.csv")) as file:
        rows = list(csv.DictReader(file))
    times = [float(row["seconds"]) for row in rows]
    measured = {name: statistics.mean(float(row[name]) for row in rows) for name in rows[0] if "(" in name}
    return {"times": times, "megabytes": run.megabytes, "others": run.others, "measured": measured}


def events(cell, measured):
    """Synaptic events a second of biological time: those of a spike's targets, and of a plastic target's sources."""
    if cell.experiment.startswith("song"):
        # Counts are of a tenth of the time.
        return (cell.n * measured["count(x.spike)"] + cell.n * measured["count(y.spike)"]) * 10 / cell.seconds
    plastic = measured.get("rate(exc.spike)", 0) * cell.n * 0.8 * 64
    return measured["rate(c.spike)"] * cell.n * 80 + plastic


def figures(cell, run):
    """Seconds for the time that counts: from the start; later, when compilation is over; and the first part alone."""
    times = run["times"]
    parts = len(times) * cell.per / cell.seconds
    later = statistics.median(times[len(times) // 2:]) * parts
    return {"whole": sum(times) * cell.per / cell.seconds, "later": later, "first": times[0]}


def measure(chosen):
    cells = [cell for cell in CELLS if re.search(chosen.cells, cell.name)]
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as brief:
        for place in (folder, brief):
            for name in os.listdir(os.path.join(HERE, "spiking")):
                if name.endswith(".exp"):
                    shutil.copy(os.path.join(HERE, "spiking", name), place)
        for cell in cells:
            if cell.experiment.endswith("list"):
                spikes(folder, cell.n, cell.seconds)
                spikes(brief, cell.n, 1)
            peer = None if chosen.alone else Peer(chosen, cell)
            build = peer.build if peer else float("nan")
            rows = []
            for number in range(chosen.rounds):
                runs = [altdsl(folder, cell)]
                loop = peer.run() if peer else {"loop": float("nan"), "others": 0}
                runs.append(altdsl(folder, cell))
                result = start(brief, cell, 1)
                own = {name: statistics.median(figures(cell, run)[name] for run in runs)
                       for name in ("whole", "later", "first")}
                rows.append({"cell": cell.name, "round": number, "peer": loop["loop"] * cell.per / cell.seconds, **own,
                             "result": result.seconds, "peer_result": build + loop["loop"] / cell.seconds,
                             "others": max([loop["others"], result.others] + [run["others"] for run in runs]),
                             "events": events(cell, runs[0]["measured"]) * cell.per,
                             "build": build})
            said = peer.close() if peer else {}
            for row in rows:
                row["peer_events"] = said.get("events", 0) * cell.per / cell.seconds
                if chosen.out:
                    with open(chosen.out, "a") as file:
                        file.write(json.dumps(row) + "\n")
            table(rows)


HEAD = ("| network, neurons, threads | rounds | peer, s | altdsl, s | ratio (least..greatest) | with the first part, ratio | "
        "first part, s | altdsl's first result, s | peer's, s | ratio | events/s, altdsl and peer |\n|"
        + "---|" * 11)


def table(rows):
    """Medians over the rounds that nobody disturbed."""
    cells = {cell.name: cell for cell in CELLS}
    print(HEAD)
    for cell in dict.fromkeys(row["cell"] for row in rows):
        every = [row for row in rows if row["cell"] == cell]
        quiet = [row for row in every if row["others"] < LIMIT]
        used = quiet or every
        middle = {name: statistics.median(row[name] for row in used)
                  for name in ("peer", "later", "whole", "first", "result", "peer_result", "events", "peer_events")}
        ratios = sorted(row["peer"] / row["later"] for row in used)
        print("| %s | %d of %d%s | %.3f | %.3f | %.2f (%.2f..%.2f), goal %g | %.2f | %.2f | %.1f | %.1f | %.1f | %.3g, %.3g |" % (
            cell, len(quiet), len(every), "" if quiet else " (all shown)", middle["peer"], middle["later"],
            statistics.median(ratios), ratios[0], ratios[-1], cells[cell].goal,
            statistics.median(row["peer"] / row["whole"] for row in used), middle["first"], middle["result"],
            middle["peer_result"], statistics.median(row["peer_result"] / row["result"] for row in used),
            middle["events"] / middle["later"],
            middle["peer_events"] / middle["peer"]), flush=True)


if __name__ == "__main__":
    arguments = options()
    if arguments.table:
        with open(arguments.table) as lines:
            sys.exit(table([json.loads(line) for line in lines]))
    measure(arguments)
