#!/usr/bin/env python3
"""Diehl and Cook's network on Fashion-MNIST beside a program written by hand, in turn: diehl-cook.py --peer PATH/torch_diehl_cook.py.

The peer takes --how, --n, --images, and prints a line of JSON with images_per_s, in_spikes and out_spikes. A round runs
altdsl, the peer, and altdsl again, one thread each. Of altdsl the time between measurements counts, by the times in its log:
drawing the input spikes, 350 steps of 1 ms, learning, scaling the weights, reading the image, and measuring; not the start
and the first half of the images, during which the Java machine finds out what to compile (`from the start` has them all).
--rest lets altdsl rest for 150 ms after each image as well, which the peer never does: it resets its cells instead.
A round beside which other programs took more than a fifth of a core does not count.
"""
import argparse
import datetime
import json
import os
import statistics
import tempfile

from quiet import LIMIT, Quiet

HERE = os.path.dirname(os.path.abspath(__file__))
PART = 100  # images between two measurements


def options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--peer", required=True, help="the peer's program")
    parser.add_argument("--python", default="/usr/bin/python3", help="the Python that runs it")
    parser.add_argument("--how", default="numpy", help="which of the peer's ways")
    parser.add_argument("--n", type=int, default=100, help="excitatory cells")
    parser.add_argument("--images", type=int, default=3000)
    parser.add_argument("--peer-images", type=int, default=60)
    parser.add_argument("--rest", action="store_true")
    parser.add_argument("--rounds", type=int, default=5)
    return parser.parse_args()


def moment(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


def altdsl(folder, chosen):
    """Images a second once all is compiled, and from the start; spikes of an image; what other programs took."""
    out = os.path.join(folder, "run")
    settings = ["images=%d" % chosen.images, "n=%d" % chosen.n]
    if chosen.rest:
        settings += ["pause=150 ms", "between=500 ms"]
    words = [word for setting in settings for word in ("--set", setting)]
    run = Quiet(["bash", "-c", 'rm -rf "$1"; shift; exec "$@"', "altdsl", out, os.path.join(HERE, "..", "altdsl"), "run",
                 os.path.join(HERE, "spiking", "diehl-cook.exp"), "--quiet", "--threads", "1", "--out", out, *words])
    with open(os.path.join(out, "log.jsonl")) as file:
        events = [json.loads(line) for line in file]
    started = next(moment(event["time"]) for event in events if event["event"] == "start")
    measured = [event for event in events if event["event"] == "measured"]
    times = [moment(event["time"]) for event in measured]
    half = len(times) // 2
    shown = 0.5 if chosen.rest else 0.35
    spikes = [statistics.mean(event["values"]["rate(%s.spike)" % name] for event in measured) * neurons * shown
              for name, neurons in (("x", 784), ("e", chosen.n))]
    return {"later": PART * (len(times) - 1 - half) / (times[-1] - times[half]),
            "all": PART * len(times) / (times[-1] - started), "spikes": spikes, "others": run.others}


def peer(chosen):
    run = Quiet(
        [chosen.python, chosen.peer, "--how", chosen.how, "--n", str(chosen.n), "--images", str(chosen.peer_images)])
    row = json.loads([line for line in run.printed.splitlines() if line.startswith("{")][-1])
    spikes = [row["in_spikes"] / chosen.peer_images, row["out_spikes"] / chosen.peer_images]
    return {"images": row["images_per_s"], "spikes": spikes, "others": run.others}


def main():
    chosen = options()
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(chosen.rounds):
            runs = [altdsl(folder, chosen)]
            other = peer(chosen)
            runs.append(altdsl(folder, chosen))
            row = {name: statistics.median(one[name] for one in runs) for name in ("later", "all")}
            row.update(peer=other["images"], others=max(one["others"] for one in runs + [other]))
            rows.append(row)
            print(json.dumps({**row, "spikes": runs[0]["spikes"], "peer_spikes": other["spikes"]}), flush=True)
    quiet = [row for row in rows if row["others"] < LIMIT]
    used = quiet or rows
    ratios = sorted(row["later"] / row["peer"] for row in used)
    print("\n| excitatory cells | rounds | altdsl, images/s (least..greatest) | from the start | peer, images/s | ratio (least..greatest) |")
    print("|" + "---|" * 6)
    print("| %d | %d of %d%s | %.0f (%.0f..%.0f) | %.0f | %.1f | %.1f (%.1f..%.1f) |" % (
        chosen.n, len(quiet), len(rows), "" if quiet else " (all shown)", statistics.median(row["later"] for row in used),
        min(row["later"] for row in used), max(row["later"] for row in used), statistics.median(row["all"] for row in used),
        statistics.median(row["peer"] for row in used), statistics.median(ratios), ratios[0], ratios[-1]))


if __name__ == "__main__":
    main()
