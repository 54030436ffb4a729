"""Every chart as a picture, without its words: colours, order and shape at once.

After a change on purpose: pytest tests/plot/test_images.py --mpl-generate-path=tests/plot/baseline
"""

from __future__ import annotations

import pytest
from matplotlib.figure import Figure

from charts import CHARTS


@pytest.mark.mpl_image_compare(
    style="default", remove_text=True, tolerance=0.5, savefig_kwargs={"dpi": 50}
)
@pytest.mark.parametrize("name", CHARTS)
def test_it_looks_as_it_did(name):
    figure = Figure(figsize=(5, 3))
    ax = CHARTS[name].draw(ax=figure.add_axes((0.02, 0.02, 0.96, 0.96)))
    # Letters differ from one matplotlib to the next; the other tests read them.
    ax.set(xlabel="", ylabel="")
    if ax.get_legend():
        ax.get_legend().remove()
    for text in ax.texts:
        text.set_text("")
    return figure
