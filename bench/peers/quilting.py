# SPDX-License-Identifier: MIT
"""Image quilting as one writes it with NumPy and scikit-image, and with OpenCV, beside the program pastiche.

Same blocks, overlaps, exhaustive search and tolerance (Efros & Freeman, SIGGRAPH 2001, section 2), one thread each, in
turns in one run; the least time of each counts, reading and writing files left out.

    python3 -m venv peers && peers/bin/pip install -r bench/peers/requirements.txt
    peers/bin/python bench/peers/quilting.py build/release/examples/pastiche
"""

import argparse
import json
import os
import subprocess
import tempfile
import time

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"

import cv2
import numpy as np
from scipy.signal import fftconvolve
from skimage.graph import route_through_array

cv2.setNumThreads(1)


class NumpySearch:
    """Sums of squared differences by FFT convolution, as scikit-image's own template matching does it."""

    name = "NumPy, SciPy, scikit-image"

    def __init__(self, example):
        self.example = example.astype(np.float64)
        self.squares = (self.example**2).sum(axis=2)

    def distances(self, block, known):
        template = (block * known[..., None])[::-1, ::-1]
        total = fftconvolve(self.squares, known[::-1, ::-1].astype(np.float64), mode="valid")
        for channel in range(3):
            total -= 2.0 * fftconvolve(self.example[..., channel], template[..., channel], mode="valid")
        return np.maximum(total + (template**2).sum(), 0.0)

    @staticmethod
    def cut(error):
        """For each row of the overlap the column of the path of least error, by scikit-image's minimal cost paths."""
        padded = np.pad(error, ((1, 1), (0, 0)))  # any column may be the first and the last
        path, _ = route_through_array(padded + 1e-9, (0, 0), (padded.shape[0] - 1, 0), fully_connected=True)
        column = np.zeros(error.shape[0], int)
        for row, at in path:
            if 1 <= row <= error.shape[0]:
                column[row - 1] = at
        return column


class OpenCvSearch:
    """Sums of squared differences by cv2.matchTemplate with a mask."""

    name = "OpenCV"

    def __init__(self, example):
        self.example = np.ascontiguousarray(example)

    def distances(self, block, known):
        mask = np.repeat(known[..., None].astype(np.uint8), 3, axis=2)
        total = cv2.matchTemplate(self.example, block.astype(np.uint8), cv2.TM_SQDIFF, mask=mask)
        return np.maximum(total, 0.0)

    @staticmethod
    def cut(error):
        """The path by dynamic programming, a row at a time."""
        cost = error.astype(np.float64)
        for row in range(1, cost.shape[0]):
            before = np.pad(cost[row - 1], 1, constant_values=np.inf)
            cost[row] += np.minimum(np.minimum(before[:-2], before[1:-1]), before[2:])
        column = np.empty(cost.shape[0], int)
        column[-1] = at = int(cost[-1].argmin())
        for row in range(cost.shape[0] - 2, -1, -1):
            low = max(at - 1, 0)
            at = low + int(cost[row, low : at + 2].argmin())
            column[row] = at
        return column


def corners(size, block, overlap):
    """Where blocks begin: at least `overlap` deep in one another, spread evenly, as the program has it."""
    n = -(-(size - block) // (block - overlap)) + 1
    return [i * (size - block) // (n - 1) for i in range(n)]


def quilt(search, example, size, block, overlap, tolerance, rng):
    rows, columns = corners(size, block, overlap), corners(size, block, overlap)
    out = np.zeros((size, size, 3))
    made = np.zeros((size, size), bool)
    for i, y in enumerate(rows):
        for j, x in enumerate(columns):
            have = out[y : y + block, x : x + block]
            known = made[y : y + block, x : x + block].copy()
            if known.any():
                distance = search.distances(have, known)
                places = np.argwhere(distance <= distance.min() * (1.0 + tolerance) + 1e-3)
                top, left = places[rng.integers(len(places))]
            else:
                top, left = (int(rng.integers(side - block + 1)) for side in example.shape[:2])
            fresh = example[top : top + block, left : left + block].astype(np.float64)
            error = ((have - fresh) ** 2).sum(axis=2) * known
            old = np.zeros_like(known)
            if j > 0:
                wide = columns[j - 1] + block - x
                old[:, :wide] |= np.arange(wide) < search.cut(error[:, :wide])[:, None]
            if i > 0:
                deep = rows[i - 1] + block - y
                old[:deep] |= (np.arange(deep) < search.cut(error[:deep].T)[:, None]).T
            have[~(old & known)] = fresh[~(old & known)]
            made[y : y + block, x : x + block] = True
    return out.astype(np.uint8)


def run_program(program, path, out, a):
    with tempfile.NamedTemporaryFile(suffix=".json") as report:
        command = [program, "texture", path, "-o", out, "--method", "quilt"]
        command += ["--size", f"{a.size}x{a.size}", "--block", str(a.block)]
        command += ["--overlap", str(a.overlap), "--threads", "1", "--seed", "1", "--report", report.name, "--quiet"]
        subprocess.run(command, check=True, env={**os.environ, "OMP_WAIT_POLICY": "passive"})
        return json.load(open(report.name))["seconds"]["quilt"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", help="the program pastiche")
    parser.add_argument("--example", help="a picture; the program's own bricks if not given")
    parser.add_argument("--side", type=int, default=128, help="of the example, cropped")
    parser.add_argument("--size", type=int, default=512, help="of the output")
    parser.add_argument("--block", type=int, default=32)
    parser.add_argument("--overlap", type=int, default=5)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--keep", help="a folder for the pictures")
    a = parser.parse_args()

    with tempfile.TemporaryDirectory() as folder:
        source = a.example
        if source is None:
            subprocess.run([a.program, "examples", "-o", folder, "--quiet"], check=True)
            source = os.path.join(folder, "bricks.png")
        example = cv2.imread(source)[: a.side, : a.side]
        path = os.path.join(folder, "example.png")
        cv2.imwrite(path, example)
        keep = a.keep or folder
        os.makedirs(keep, exist_ok=True)

        seconds = {}
        for _ in range(a.rounds):
            taken = run_program(a.program, path, os.path.join(keep, "pastiche.png"), a)
            seconds["pastiche"] = min(taken, seconds.get("pastiche", taken))
            for kind in (OpenCvSearch, NumpySearch):
                start = time.perf_counter()
                made = quilt(kind(example), example, a.size, a.block, a.overlap, 0.1, np.random.default_rng(1))
                taken = time.perf_counter() - start
                seconds[kind.name] = min(taken, seconds.get(kind.name, taken))
                cv2.imwrite(os.path.join(keep, kind.__name__ + ".png"), made)

    print(f"{a.side}² to {a.size}², block {a.block}, overlap {a.overlap}, one thread, best of {a.rounds}")
    for name, value in seconds.items():
        print(f"{name:28} {value:8.3f} s {value / seconds['pastiche']:8.1f} x")


if __name__ == "__main__":
    main()
