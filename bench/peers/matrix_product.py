# SPDX-License-Identifier: MIT
"""Matrix product beside Eigen, OpenBLAS (both in bench.matrix_product) and NumPy, one thread, 10^9 multiply-adds a second.

    python3 -m venv peers && peers/bin/pip install -r bench/peers/requirements.txt
    peers/bin/python bench/peers/matrix_product.py build/release/bench/bench.matrix_product
"""

import argparse
import json
import os
import subprocess
import time

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"

import numpy as np

SIZES = [(512, 512, 512), (1024, 1024, 1024), (2048, 2048, 2048), (64, 65536, 576)]


def of_program(program, m, n, k):
    """10^9 multiply-adds a second of each library in the benchmark."""
    name = f"matrix_product/float/m:{m}/n:{n}/k:{k}/threads:1/"
    said = subprocess.run([program, f"--benchmark_filter={name}", "--benchmark_format=json"], check=True,
                          capture_output=True, env={**os.environ, "OMP_WAIT_POLICY": "passive"}).stdout
    run = json.loads(said)["benchmarks"][0]
    return {key: run[key] / 1e9 for key in ("ours", "openblas", "eigen", "ceiling") if key in run}


def of_numpy(m, n, k, rounds=10):
    rng = np.random.default_rng(1)
    a, b = (rng.random(shape, dtype=np.float32) for shape in ((m, k), (k, n)))
    out = np.empty((m, n), np.float32)
    best = float("inf")
    for _ in range(rounds):
        start = time.perf_counter()
        np.matmul(a, b, out=out)
        best = min(best, time.perf_counter() - start)
    return m * n * k / best / 1e9


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", help="bench.matrix_product")
    a = parser.parse_args()
    print(f"{'m x n x k':>18} {'pastiche':>9} {'OpenBLAS':>9} {'NumPy':>9} {'Eigen':>9} {'ceiling':>9} {'of NumPy':>9}")
    for m, n, k in SIZES:
        before = of_numpy(m, n, k)
        rates = of_program(a.program, m, n, k)
        rates["numpy"] = max(before, of_numpy(m, n, k))
        cells = [rates.get(key, float("nan")) for key in ("ours", "openblas", "numpy", "eigen", "ceiling")]
        print(f"{f'{m} x {n} x {k}':>18} " + " ".join(f"{cell:9.1f}" for cell in cells) +
              f" {rates['ours'] / rates['numpy']:9.2f}")


if __name__ == "__main__":
    main()
