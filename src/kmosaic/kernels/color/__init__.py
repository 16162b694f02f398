"""Pixels and palettes.

=============  =====================================================================
``histogram``  pixels of 8 bits a channel counted by color
``dither``     error diffusion, and the pairs of colors that a pattern mixes
``utility``    what each color of a palette adds to the error, and what it saves
=============  =====================================================================
"""
