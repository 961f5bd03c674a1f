# SPDX-License-Identifier: MIT
"""Fills the same holes with the program pastiche, OpenCV and G'MIC, and scores what comes out.

The hole is the middle 128 by 128 pixels of each picture. Scores are those of a file that defines `swd_sketch`, `swd` and
`laplacian` (--scores): the sliced Wasserstein distance of 7 by 7 patches within 32 pixels of the hole, in grey levels,
and the variance of the Laplacian in its box, against the original's. Seconds are processor time of one thread with
reading and writing files for the two programs, without for OpenCV.

    python3 -m venv peers && peers/bin/pip install -r bench/peers/requirements.txt opencv-contrib-python-headless
    apt-get install gmic
    peers/bin/python bench/peers/inpainting.py build/release/examples/pastiche --scores fidelity.py \\
        --keep results PICTURE.png ...

What a peer left in the folder --keep is taken as it is: delete it to have it made again.
"""

import argparse
import importlib.util
import json
import os
import resource
import subprocess
import time
from pathlib import Path

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"

import cv2
import numpy as np

cv2.setNumThreads(1)
SIDE = 128


def child_seconds(command):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def with_program(program, *more):
    def fill(picture, mask, out):
        return child_seconds([program, "inpaint", picture, "--mask", mask, "-o", out, "--seed", "1", "--threads", "1",
                              "--quiet", *more])
    return fill


def with_gmic(picture, mask, out):
    return child_seconds(["gmic", "-i", picture, "-i", mask, "-inpaint_matchpatch[0]", "[1]", "-keep[0]", "-o", out])


def with_opencv(function):
    def fill(picture, mask, out):
        image, hole = cv2.imread(str(picture)), cv2.imread(str(mask), cv2.IMREAD_GRAYSCALE)
        start = time.process_time()
        made = function(image, hole)
        seconds = time.process_time() - start
        cv2.imwrite(str(out), made)
        return seconds
    return fill


def shift_map(image, hole):
    lab, made = cv2.cvtColor(image, cv2.COLOR_BGR2Lab), np.zeros_like(image)
    cv2.xphoto.inpaint(lab, 255 - hole, made, cv2.xphoto.INPAINT_SHIFTMAP)
    return cv2.cvtColor(made, cv2.COLOR_Lab2BGR)


def fsr_fast(image, hole):
    made = np.zeros_like(image)
    cv2.xphoto.inpaint(image, 255 - hole, made, cv2.xphoto.INPAINT_FSR_FAST)
    return made


def load(path):
    return cv2.cvtColor(cv2.imread(str(path)), cv2.COLOR_BGR2RGB)


def score(scores, original, mask, out):
    ref, image, hole = load(original), load(out), cv2.imread(str(mask), cv2.IMREAD_GRAYSCALE) > 127
    y, x = (np.nonzero(hole.any(1 - axis))[0] for axis in (0, 1))
    box = np.s_[y[0] : y[-1] + 1, x[0] : x[-1] + 1]
    around = np.s_[max(y[0] - 32, 0) : y[-1] + 33, max(x[0] - 32, 0) : x[-1] + 33]
    error = max(float(((image[hole].astype(float) - ref[hole]) ** 2).mean()), 1e-12)
    return {"swd": scores.swd(scores.swd_sketch(ref[around]), scores.swd_sketch(image[around])),
            "laplacian": scores.laplacian(image[box]) / max(scores.laplacian(ref[box]), 1e-9),
            "psnr": 10.0 * np.log10(65025.0 / error),
            "changed": int((image != ref).any(-1)[~hole].sum())}


def prepare(picture, folder):
    image = cv2.imread(str(picture), cv2.IMREAD_UNCHANGED)
    if image.ndim == 3 and image.shape[2] == 4:
        image = image[..., :3]
    mask = np.zeros(image.shape[:2], np.uint8)
    top, left = (image.shape[0] - SIDE) // 2, (image.shape[1] - SIDE) // 2
    mask[top : top + SIDE, left : left + SIDE] = 255
    paths = folder / f"{picture.stem}.png", folder / f"{picture.stem}.mask.png"
    cv2.imwrite(str(paths[0]), image)
    cv2.imwrite(str(paths[1]), mask)
    return paths


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", help="the program pastiche, or 'none'")
    parser.add_argument("pictures", nargs="+", type=Path)
    parser.add_argument("--scores", required=True, help="the file with the scores")
    parser.add_argument("--keep", required=True, type=Path, help="a folder for the pictures")
    a = parser.parse_args()
    spec = importlib.util.spec_from_file_location("scores", a.scores)
    scores = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(scores)
    a.keep.mkdir(parents=True, exist_ok=True)

    fillers = {} if a.program == "none" else {
        "pastiche": with_program(a.program),
        "pastiche --method structure": with_program(a.program, "--method", "structure")}
    fillers |= {"G'MIC inpaint_matchpatch": with_gmic, "OpenCV shift map": with_opencv(shift_map),
                "OpenCV FSR fast": with_opencv(fsr_fast),
                "OpenCV Telea": with_opencv(lambda image, hole: cv2.inpaint(image, hole, 3, cv2.INPAINT_TELEA)),
                "OpenCV NS": with_opencv(lambda image, hole: cv2.inpaint(image, hole, 3, cv2.INPAINT_NS))}
    rows = {name: [] for name in fillers}
    for picture in a.pictures:
        original, mask = prepare(picture, a.keep)
        for name, fill in fillers.items():
            label = "".join(c for c in name if c.isalnum())
            out, note = a.keep / f"{picture.stem}.{label}.png", a.keep / f"{picture.stem}.{label}.json"
            if name.startswith("pastiche") or not note.exists():
                note.write_text(json.dumps({"seconds": fill(original, mask, out)}))
            row = {"seconds": json.loads(note.read_text())["seconds"], **score(scores, original, mask, out)}
            rows[name].append(row)
            print(f"{picture.stem:14} {name:28} " + " ".join(f"{k} {v:.3f}" for k, v in row.items()), flush=True)

    print(f"\nmedian of {len(a.pictures)}{'':14} {'swd':>8} {'laplacian':>10} {'psnr':>8} {'CPU s':>8} {'changed':>8}")
    for name, all_rows in rows.items():
        middle = {key: float(np.median([row[key] for row in all_rows])) for key in all_rows[0]}
        print(f"{name:28} {middle['swd']:8.3f} {middle['laplacian']:10.3f} {middle['psnr']:8.2f} "
              f"{middle['seconds']:8.2f} {sum(row['changed'] for row in all_rows):8d}")


if __name__ == "__main__":
    main()
