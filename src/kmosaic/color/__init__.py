"""Pictures: their main colors, the same in few colors, parts cut out by color.

From a picture to a small file, the lowest first::

    spaces           where distances are taken: srgb, linear, lab, oklab  -> Coordinates
    arguments        arguments refused in one sentence
    picture          files, Pillow images, arrays -> 8-bit sRGB, upright  -> Picture
    histogram        distinct colors, each counted once                   -> DistinctColors
    alpha            transparent pixels set apart
    palette          colors with shares, and how colors are written       -> Palette
    clustering       k-means with weights, and a search around it
    palette_search   which colors a palette gets: found, kept, accents
    fidelity         MSE, SSIM, color difference; bytes against what
    quantization/    a picture in fewer colors                            -> Quantized
    segmentation/    a picture split into regions of similar color        -> Segmentation
    comparison       what compare gives, with its page                    -> Comparison
    compare          several numbers of colors side by side
    batch            many pictures: found by name, all of them one by one

Nothing here knows of the command line, or of how a page looks.
"""

from kmosaic.color.compare import compare
from kmosaic.color.fidelity import Fidelity, Size, fidelity
from kmosaic.color.palette import Color, Palette
from kmosaic.color.picture import Picture, read_picture
from kmosaic.color.quantization.quantize import palette, quantize
from kmosaic.color.quantization.quantized import Quantized
from kmosaic.color.segmentation.labeled import Part, Segment
from kmosaic.color.segmentation.segment import segment
from kmosaic.color.segmentation.segmentation import Segmentation

__all__ = [
    "Color",
    "Fidelity",
    "Palette",
    "Part",
    "Picture",
    "Quantized",
    "Segment",
    "Segmentation",
    "Size",
    "compare",
    "fidelity",
    "palette",
    "quantize",
    "read_picture",
    "segment",
]
