"""A picture in fewer colors.

From colors to a file, the lowest first::

    thresholds   the matrices of ordered dithering: Bayer's, and blue noise
    dither       patterns that imitate colors in between
    coloring     which palette color each pixel gets
    quantized    the result: palette, labels, files, fidelity           -> Quantized
    quantize     all of it in one call, and the palette alone
"""
