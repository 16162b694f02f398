"""Picture files: one way to read them and one way to write them, for all of the package.

::

    decode   a file -> 8-bit sRGB pixels, upright, with alpha; size limits and messages
    encode   pixels -> PNG; indexed pictures -> PNG of the smallest bit depth, GIF, WebP
"""
