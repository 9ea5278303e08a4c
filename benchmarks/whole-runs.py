#!/usr/bin/env python3
"""Whole training runs beside a program written by hand, in turn: whole-runs.py --peer PATH/torch_mlp.py [options].

The peer trains 784-256-128-10 rectified units on Fashion-MNIST in three ways (--how autograd, manual, numpy), takes
--rule, --opt, --lr, --threads, --epochs, and prints a line of JSON with epoch_s, the seconds of each epoch, and
maxrss_mb. A round runs altdsl between two ways of the peer. Its ratio is the peer's time over altdsl's, by the median
of each program's epochs, of the way whose median over all rounds of the cell is the best: the best of each round would
count chance for the peer, which has more tries. Training alone counts on both sides: no start, no test. A run during
which other programs took more than a fifth of a core is done again, at most twice; a round with one that stayed so does
not count.
"""
import argparse
import csv
import json
import os
import re
import statistics
import sys
import tempfile

from quiet import LIMIT, Quiet

from processor import choose_blas_kernels

HERE = os.path.dirname(os.path.abspath(__file__))
RULES = {"bp": "Backprop", "fa": "FeedbackAlignment(B ~ kaiming)", "dfa": "DirectFeedbackAlignment(B ~ kaiming)"}
RATES = {("bp", "sgd"): 0.1, ("fa", "sgd"): 0.01, ("dfa", "sgd"): 0.01,
         ("bp", "adam"): 1e-3, ("fa", "adam"): 3e-4, ("dfa", "adam"): 3e-4}
OPTIMIZERS = {"sgd": "SGD", "adam": "Adam"}


def options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--peer", default=os.environ.get("ALTDSL_PEER"), help="the peer's program (or ALTDSL_PEER)")
    parser.add_argument("--python", default="/usr/bin/python3", help="the Python that runs the peer")
    parser.add_argument("--what", choices=["epochs", "six", "memory"], default="epochs")
    parser.add_argument("--cells", default="", help="which cells, a regular expression over such as bp-adam-2")
    parser.add_argument("--ways", default="autograd,manual,numpy", help="which of the peer's ways")
    parser.add_argument("--seeds", type=int, default=5, help="how many of the five seeds the peer runs, for --what six")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--table", help="only print the table of a file that --out made")
    parser.add_argument("--out", help="append each round's figures to this file, a line of JSON each")
    chosen = parser.parse_args()
    if not chosen.peer and not chosen.table:
        parser.error("--peer is needed")
    return chosen


def peer(chosen, rule, optimizer, threads, way, epochs, seed=1):
    run = Quiet([chosen.python, chosen.peer, "--rule", rule, "--opt", optimizer, "--lr", str(RATES[rule, optimizer]),
                 "--how", way, "--threads", str(threads), "--epochs", str(epochs), "--seed", str(seed)])
    row = json.loads([line for line in run.printed.splitlines() if line.startswith("{")][-1])
    return {"epoch": statistics.median(row["epoch_s"]), "accuracy": row["accuracy"], "megabytes": run.megabytes,
            "process": run.seconds, "others": round(run.others, 2)}


def altdsl(experiment, threads, epochs):
    """Runs an experiment; its accuracy, seconds an epoch, seconds of the process, and its peak memory."""
    with tempfile.TemporaryDirectory() as folder:
        out = os.path.join(folder, "run")
        command = 'rm -rf "$1"; shift; exec "$@"'
        run = Quiet(["bash", "-c", command, "altdsl", out, os.path.join(HERE, "..", "altdsl"), "run", experiment,
                     "--quiet", "--threads", str(threads), "--epochs", str(epochs), "--out", out])
        with open(os.path.join(out, "results.csv")) as file:
            rows = [row for row in csv.DictReader(file) if row["epoch"] != "0"]
    return {"epoch": statistics.median(float(row["seconds"]) for row in rows),
            "accuracy": float(rows[-1]["test_accuracy"]), "megabytes": run.megabytes, "process": run.seconds,
            "others": round(run.others, 2)}


def cell_file(folder, rule, optimizer):
    with open(os.path.join(HERE, "whole-runs", "network.exp")) as file:
        text = file.read()
    text = text.replace("SGD(eta = 0.1)", "%s(eta = %g)" % (OPTIMIZERS[optimizer], RATES[rule, optimizer]))
    path = os.path.join(folder, "%s-%s.exp" % (rule, optimizer))
    with open(path, "w") as file:
        file.write(text.replace("[Backprop]", "[%s]" % RULES[rule]))
    return path


def note(chosen, row):
    if chosen.out:
        with open(chosen.out, "a") as file:
            file.write(json.dumps(row) + "\n")


def epochs(chosen):
    cells = [(rule, optimizer, threads) for rule in RULES for optimizer in OPTIMIZERS for threads in (1, 2)]
    cells = [cell for cell in cells if re.search(chosen.cells, "%s-%s-%d" % cell)]
    ways = chosen.ways.split(",")
    rounds = {"%s-%s-%d" % cell: [] for cell in cells}
    with tempfile.TemporaryDirectory() as folder:
        for number in range(chosen.rounds):
            for cell in cells:
                rule, optimizer, threads = cell
                path = cell_file(folder, rule, optimizer)
                peers, own = {}, []
                for way in ways:
                    peers[way] = peer(chosen, rule, optimizer, threads, way, chosen.epochs)
                    if way != ways[-1] or len(ways) == 1:
                        own.append(altdsl(path, threads, chosen.epochs))
                row = {"cell": "%s-%s-%d" % cell, "round": number, "peers": peers, "altdsl": own,
                       "ours": statistics.median(run["epoch"] for run in own)}
                rounds[row["cell"]].append(row)
                note(chosen, row)
    table(rounds)


def table(rounds):
    """Medians over the rounds that nobody disturbed."""
    print("| cell | rounds | altdsl, s an epoch | best peer, s an epoch | ratio (least..greatest) | accuracy |")
    print("|---|---|---|---|---|---|")
    for cell, every in rounds.items():
        rows = [row for row in every
                if all(run["others"] < LIMIT for run in [*row["peers"].values(), *row["altdsl"]])]
        if not rows:
            print("| %s | none of %d undisturbed |" % (cell, len(every)))
            continue
        seconds = {way: statistics.median(row["peers"][way]["epoch"] for row in rows if way in row["peers"])
                   for way in {way for row in rows for way in row["peers"]}}
        way = min(seconds, key=seconds.get)
        rows = [row for row in rows if way in row["peers"]]
        best = [row["peers"][way] for row in rows]
        ratios = sorted(run["epoch"] / row["ours"] for run, row in zip(best, rows))
        print("| %s | %d of %d | %.3f | %.3f (%s) | %.2f (%.2f..%.2f) | %.3f, peer %.3f |" % (
            cell, len(rows), len(every), statistics.median(row["ours"] for row in rows),
            seconds[way], way, statistics.median(ratios), ratios[0], ratios[-1],
            statistics.median(run["accuracy"] for row in rows for run in row["altdsl"]),
            statistics.median(run["accuracy"] for run in best)))


def read(path):
    rounds = {}
    with open(path) as file:
        for row in map(json.loads, file):
            rounds.setdefault(row["cell"], []).append(row)
    return rounds


def six(chosen):
    """Six rules by five seeds on two threads, whole processes, beside the peer's runs one after another. The peer has
    three of the rules; each of the others costs at least what feedback alignment does, whose runs count for them."""
    way = chosen.ways.split(",")[0]
    ratios = []
    for number in range(chosen.rounds):
        ours = altdsl(os.path.join(HERE, "whole-runs", "six-rules.exp"), 2, chosen.epochs)
        total = training = 0
        for rule, weight in (("bp", 1), ("fa", 4), ("dfa", 1)):
            for seed in range(1, chosen.seeds + 1):
                run = peer(chosen, rule, "sgd", 2, way, chosen.epochs, seed)
                total += weight * run["process"] * 5 / chosen.seeds
                training += weight * run["epoch"] * chosen.epochs * 5 / chosen.seeds
        ratios.append((ours["process"] / total, ours["process"] / training))
        note(chosen, {"round": number, "way": way, "altdsl": ours, "peer_processes": total, "peer_training": training})
        print("altdsl %.1f s, %d MB; peer (%s) %.1f s whole, %.1f s training alone; %.2f of it whole, %.2f of training"
              % (ours["process"], ours["megabytes"], way, total, training, *ratios[-1]), flush=True)
    print("median %.2f of the peer's whole runs, %.2f of its training alone" % tuple(
        statistics.median(column) for column in zip(*ratios)))


def memory(chosen):
    with tempfile.TemporaryDirectory() as folder:
        for optimizer in OPTIMIZERS:
            path = cell_file(folder, "bp", optimizer)
            peers = {way: peer(chosen, "bp", optimizer, 1, way, chosen.epochs)["megabytes"]
                     for way in chosen.ways.split(",")}
            ours = [altdsl(path, threads, chosen.epochs)["megabytes"] for threads in (1, 2)]
            print("%s: altdsl %d MB (1 thread), %d MB (2); peer %s" % (optimizer, *ours, peers))
            note(chosen, {"optimizer": optimizer, "altdsl": ours, "peers": peers})


if __name__ == "__main__":
    arguments = options()
    if arguments.table:
        sys.exit(table(read(arguments.table)))
    choose_blas_kernels()
    {"epochs": epochs, "six": six, "memory": memory}[arguments.what](arguments)
