"""What the notebooks share: finding and loading results, and one look for all figures.

The notebooks only read what evictlab has written; nothing here simulates.
"""

import io
from pathlib import Path

import matplotlib as mpl
import matplotlib.pyplot as plt
import pandas as pd
from IPython.display import Image, display
from PIL import Image as Picture

# The looks of the program's own figures, so that a policy is the same everywhere: colour (Okabe and Ito's palette, safe for the
# colour-blind), marker, dashes. Marker and dashes tell all of them apart without colour.
LOOKS = {
    "lru": ("#0072B2", "o", "-"),
    "s3-fifo": ("#D55E00", "s", (0, (5, 2))),
    "sieve": ("#009E73", "^", (0, (1, 1.4))),
    "belady": ("#000000", "D", (0, (5, 1.6, 1, 1.6))),
    "arc": ("#CC79A7", "x", (0, (9, 2))),
    "w-tiny-lfu": ("#E69F00", "v", "-"),
    "lfu": ("#56B4E9", "o", (0, (5, 2))),
    "fifo": ("#767676", "s", (0, (1, 1.4))),
    "clock": ("#CC79A7", "o", (0, (1, 1.4))),
    "lirs": ("#009E73", "D", "-"),
    "random": ("#000000", "+", (0, (5, 2))),
}
# Drawn as outlines, so that they differ from filled ones of the same shape.
HOLLOW = {"s3-fifo", "belady", "lfu"}

DOTS_PER_INCH = 150

ROOT = next(
    (folder for folder in [Path.cwd(), *Path.cwd().parents] if (folder / "results" / "policy-comparison").is_dir()),
    Path(__file__).resolve().parent.parent,
)


def use_style():
    """Figures of a paper's page: small, plain, without a frame."""
    plt.rcParams.update(
        {
            "figure.figsize": (6.5, 3.4),
            "figure.constrained_layout.use": True,
            "font.size": 9,
            "axes.titlesize": 9,
            "figure.labelsize": 9,
            "axes.spines.top": False,
            "axes.spines.right": False,
            "axes.grid": True,
            "grid.color": "#DDDDDD",
            "grid.linewidth": 0.6,
            "axes.axisbelow": True,
            "lines.linewidth": 1.4,
            "lines.markersize": 4,
            "legend.frameon": False,
        }
    )
    pd.set_option("display.precision", 2, "display.max_columns", 20)


def _palette():
    """Greys, and every colour of the policies in some strengths, for the smooth edges of lines."""
    colors = [(grey, grey, grey) for grey in range(0, 256, 15)]
    for color, _, _ in LOOKS.values():
        for strength in (1, 0.75, 0.5, 0.25):
            colors.append(tuple(round(255 * (1 - strength * (1 - part))) for part in mpl.colors.to_rgb(color)))
    palette = Picture.new("P", (1, 1))
    palette.putpalette([part for color in dict.fromkeys(colors) for part in color])
    return palette


def show(figure):
    """Shows a figure and forgets it. The picture has few colours, which makes it a third as large to commit."""
    raw, small = io.BytesIO(), io.BytesIO()
    figure.savefig(raw, dpi=DOTS_PER_INCH)
    plt.close(figure)
    picture = Picture.open(raw).convert("RGB")
    picture.quantize(palette=_palette(), dither=Picture.Dither.NONE).save(small, "png", optimize=True)
    # Shown at two thirds of its pixels: sharp on a fine screen and in print.
    display(Image(small.getvalue(), width=picture.width * 2 // 3))


def look(policy):
    """Keyword arguments of a policy's line."""
    color, marker, dashes = LOOKS[policy]
    face = "white" if policy in HOLLOW else color
    return dict(color=color, marker=marker, linestyle=dashes, markerfacecolor=face, label=policy)


def _name(row):
    """A short name for a trace: what sets it apart from the others of its study."""
    if row.trace.endswith(".zst"):
        return row.trace.split(".")[0]
    for parameter in ("alpha", "step"):
        value = getattr(row, f"parameter_{parameter}", "")
        if value != "":
            return f"{row.dataset}, {parameter} {value}"
    return row.dataset


def _read(study, file):
    path = ROOT / "results" / study / file
    if not path.exists():
        raise FileNotFoundError(f"{path}: run `evictlab sweep run results/{study}/spec.toml --output results/{study}`")
    return pd.read_csv(path, keep_default_na=False)


def load(study):
    """The results of a study, a row for each cell, with three columns more:

    `workload`, a short name of the trace; `size`, the cache size in per cent of the distinct objects, as it was asked for;
    `share`, the capacity as a share of the objects, from 0 to 1.
    """
    rows = _read(study, "results.csv")
    failed = rows[rows.status != "ok"]
    if len(failed):
        raise ValueError(f"{study}: {len(failed)} cells failed: {failed.error.iloc[0]}")
    rows["workload"] = [_name(row) for row in rows.itertuples()]
    rows["size"] = [float(text.rstrip("%")) for text in rows.capacity_given]
    rows["share"] = rows.capacity / rows.objects
    return rows


def means(rows, *extra, value="hit_ratio"):
    """The mean over the draws (seeds, repetitions) of each workload, policy and size; `extra` names further columns to keep."""
    keys = ["workload", "policy", *extra, "size"]
    return rows.groupby(keys, sort=False, as_index=False)[[value, "capacity", "share"]].mean()


def load_timings(study):
    """`load` with the columns of timings.csv: `seconds`, `requests_per_second`, `pass_cells`."""
    times = _read(study, "timings.csv")[["cell", "seconds", "requests_per_second", "pass_cells"]]
    return load(study).merge(times, on="cell", validate="one_to_one")


def load_windows(study):
    """Hit ratio over time: a row for each window of a cell, with the cell's `workload`."""
    windows = _read(study, "windows.csv")
    return windows.merge(load(study)[["cell", "workload"]], on="cell", validate="many_to_one")


def percent(axis, low=0, high=100):
    """A y axis in per cent."""
    axis.set_ylim(low, high)
    axis.yaxis.set_major_formatter(mpl.ticker.PercentFormatter(100, decimals=0))


def size_axis(axis, label="cache size (% of the distinct objects)", ticks=(0.25, 1, 4, 16, 64)):
    """A logarithmic x axis of cache sizes, labelled with plain numbers."""
    axis.set_xscale("log", base=2)
    axis.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
    axis.minorticks_off()
    axis.set_xlabel(label)


def panels(names, columns=3, height=2.1, width=6.9):
    """A grid of axes, one for each name, which is its title; returns the figure and the axes by name."""
    rows = -(-len(names) // columns)
    figure, axes = plt.subplots(rows, columns, figsize=(width, height * rows), squeeze=False, sharey=True)
    flat = axes.ravel()
    for axis in flat[len(names) :]:
        axis.set_visible(False)
    for axis, name in zip(flat, names):
        axis.set_title(name)
    return figure, dict(zip(names, flat))


def legend_above(figure, axis, columns=5):
    """One legend for all panels, above them."""
    handles, labels = axis.get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside upper center", ncols=columns)
