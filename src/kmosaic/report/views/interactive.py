"""What the page's script needs: the points of the map, their pictures, every row's group.

The page is complete without it. All of it is data in the page itself; nothing is fetched.
"""

import json
import zlib
from base64 import b64encode
from typing import TYPE_CHECKING, Any

import numpy as np

from kmosaic.images.encode import encode_jpeg, encode_png
from kmosaic.report.formatting import short
from kmosaic.report.model.exploration import Array, Exploration
from kmosaic.report.views.charts import MapChart, placed_points
from kmosaic.report.views.images import PixelScale, shrunk_to, to_bytes

if TYPE_CHECKING:
    from markupsafe import Markup

GRAY_SIDE, COLOR_SIDE = 28, 24  # pixels of a picture on the sheet: 5,000 stay below 3 MB
SHEET_COLUMNS = 72
MOST_VALUES = 6  # of a table's row that a point shows
MOST_ROWS = 2_000_000  # whose groups go into the page, some 50 kB for 60,000
MOST_BYTES = 4_000_000  # of them with the rows' names


def page_data(
    exploration: Exploration, chart: MapChart, pixel_scale: PixelScale | None
) -> "Markup":
    """The data as the text of a JSON script element."""
    from markupsafe import Markup

    plane = exploration.map
    units = placed_points(plane.points, chart)
    data: dict[str, Any] = {
        "name": exploration.data.name,
        "width": chart.width,
        "height": chart.height,
        "x": units[:, 0].tolist(),
        "y": units[:, 1].tolist(),
        "rows": plane.rows.tolist(),
        "groups": plane.labels.tolist(),
        "titles": [cluster.title for cluster in exploration.clusters],
        "names": list(plane.names),
        "pictured": [] if plane.pictured is None else plane.pictured.tolist(),
    }
    if plane.values is not None and pixel_scale is not None:
        data["sheet"] = sheet(plane.values, pixel_scale)
    elif plane.values is not None and exploration.data.feature_names:
        data["columns"], data["values"] = table(exploration, plane.values)
    data["members"] = packed(exploration)
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    # Inside a script element only "</" and "<!--" mean anything.
    return Markup(text.replace("<", "\\u003c"))  # escaped just here


def table(exploration: Exploration, values: Array) -> tuple[list[str], list[list[str]]]:
    """The columns that set groups apart most, and the points' values in them."""
    widest: dict[int, float] = {}
    for cluster in exploration.clusters:
        for gap in cluster.features:
            widest[gap.index] = max(widest.get(gap.index, 0.0), abs(gap.gap))
    kept = sorted(sorted(widest, key=lambda i: -widest[i])[:MOST_VALUES])
    names = exploration.data.feature_names or ()
    texts = [[short(float(row[i])) for i in kept] for row in values]
    return [names[i] for i in kept], texts


def sheet(values: Array, pixel_scale: PixelScale) -> dict[str, Any]:
    """All pictures on one sheet, row by row, as a data URI."""
    gray = len(pixel_scale.image_shape) == 2
    pixels = shrunk_to(to_bytes(values, pixel_scale), GRAY_SIDE if gray else COLOR_SIDE)
    if pixels.ndim == 4 and pixels.shape[3] == 4:
        pixels = pixels[..., :3]
    n, height, width = pixels.shape[:3]
    n_rows = -(-n // SHEET_COLUMNS)
    room = np.full((n_rows * SHEET_COLUMNS, *pixels.shape[1:]), 255, dtype=np.uint8)
    room[:n] = pixels
    tiles = room.reshape(n_rows, SHEET_COLUMNS, *pixels.shape[1:])
    whole = tiles.swapaxes(1, 2).reshape(n_rows * height, SHEET_COLUMNS * width, -1)
    file = encode_png(whole[..., 0]) if gray else encode_jpeg(whole)
    kind = "png" if gray else "jpeg"
    uri = f"data:image/{kind};base64," + b64encode(file).decode("ascii")
    return {
        "uri": uri,
        "columns": SHEET_COLUMNS,
        "width": width,
        "height": height,
        "ink": pixel_scale.ink,
        "tiles": [SHEET_COLUMNS * width, n_rows * height],
    }


def packed(exploration: Exploration) -> str:
    """Every row's group and name, deflated; "" where that would be too much for a page.

    The browser inflates it when a table of members is asked for.
    """
    if len(exploration.labels) > MOST_ROWS:
        return ""
    names = None if exploration.row_names is None else exploration.row_names.tolist()
    rows = {"groups": exploration.labels.tolist(), "names": names}
    text = json.dumps(rows, ensure_ascii=False, separators=(",", ":"))
    deflated = zlib.compress(text.encode())
    return b64encode(deflated).decode("ascii") if len(deflated) <= MOST_BYTES else ""
