"""Pictures: their main colors, the same in few colors, parts cut out by color.

From a picture to a small file::

    picture      files, Pillow images, arrays -> 8-bit sRGB, upright      -> Picture
    visible      transparent pixels set apart
    counting     distinct colors, each counted once                       -> DistinctColors
    spaces       where distances are taken: srgb, linear, lab, oklab      -> Coordinates
    choice       which colors: found, kept, accents
      clustering   k-means with weights, and a search around it
    dither       patterns that imitate colors in between
      thresholds   Bayer's, and blue noise
    palette      colors with shares, and how colors are written           -> Palette
    coloring     which color each pixel gets
    quantize     all of it in one call                                    -> Quantized
    segment      parts of like color                                      -> Segmentation
      pixel_rows   pixels by color, and by place where that counts
      cutout       labels cleaned up; cut-outs
      drawings     overlays with numbers, contours
    encode       PNG of the smallest bit depth, GIF, WebP
    fidelity     MSE, SSIM, color difference; bytes against what
    compare      several numbers of colors side by side  -> Comparison

Nothing here knows of the command line, or of how a page looks.
"""

from kmosaic.color.compare import compare
from kmosaic.color.fidelity import Fidelity, Size, fidelity
from kmosaic.color.palette import Color, Palette
from kmosaic.color.picture import Picture, read_picture
from kmosaic.color.quantize import palette, quantize
from kmosaic.color.quantized import Quantized
from kmosaic.color.segment import segment
from kmosaic.color.segmentation import Part, Segment, Segmentation

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
