"""The options: what they are called and what they mean, the same in every command.

============  ========================================================================
``parsers``   values of options, read from their text
``data``      the data, and how they become points
``runs``      a fit; runs and models that are there
``pictures``  pictures and their colors
``output``    what is printed and written, and early checks of where it goes
``checks``    checks of options that need the data
============  ========================================================================

Commands take them from here: ``options.Data``. The words that options may be are those of
`kmosaic.choices`.
"""

from kmosaic.choices import (
    AlphaMode,
    DitherMethod,
    Method,
    Missing,
    PaletteOrder,
    Projection,
    Scale,
    Space,
    TreeKind,
)
from kmosaic.cli.options.checks import check_n_clusters, check_numbers
from kmosaic.cli.options.data import (
    Columns,
    Data,
    Embeddings,
    Gray,
    Labels,
    MethodOption,
    MissingValues,
    OneHot,
    Reduce,
    ScaleOption,
    Size,
)
from kmosaic.cli.options.output import (
    Debug,
    Force,
    Json,
    Open,
    Quiet,
    check_output,
    check_plots,
)
from kmosaic.cli.options.parsers import colors, number, whole_number
from kmosaic.cli.options.pictures import (
    Accents,
    ColorSpace,
    Dither,
    Dithering,
    Keep,
    Lightness,
    Photos,
    PictureLightness,
)
from kmosaic.cli.options.runs import (
    Clusters,
    DataOverride,
    Model,
    RunFolder,
    Seed,
    Threads,
    n_init_option,
)

__all__ = [
    "Accents",
    "AlphaMode",
    "Clusters",
    "ColorSpace",
    "Columns",
    "Data",
    "DataOverride",
    "Debug",
    "Dither",
    "DitherMethod",
    "Dithering",
    "Embeddings",
    "Force",
    "Gray",
    "Json",
    "Keep",
    "Labels",
    "Lightness",
    "Method",
    "MethodOption",
    "Missing",
    "MissingValues",
    "Model",
    "OneHot",
    "Open",
    "PaletteOrder",
    "Photos",
    "PictureLightness",
    "Projection",
    "Quiet",
    "Reduce",
    "RunFolder",
    "Scale",
    "ScaleOption",
    "Seed",
    "Size",
    "Space",
    "Threads",
    "TreeKind",
    "check_n_clusters",
    "check_numbers",
    "check_output",
    "check_plots",
    "colors",
    "n_init_option",
    "number",
    "whole_number",
]
