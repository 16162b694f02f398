"""k-means played: every half-step of the engine, and a page on which to go through them.

::

    iterator   `steps`: the algorithm as an iterator, its input checked -> HalfStep, ...
      half_step  what one half-step did
      record     the engine's generators, recorded: the one file that calls the engine
    playing    `play`: points, a made set or a picture             -> Play
      scene      what is clustered and how it lies in the plane    -> Scene
      starts     the inertias of 200 starts, found beforehand
      lessons    sets on which k-means fails, each with two sentences
      payload    scenes and half-steps as plain data, and packed for the page
      page       one file with styles, scripts and data in it
    player/    what the page does in a browser: small ES modules, styles, the skeleton

The page runs without a server: until something is changed on it, it shows what the engine
recorded; then it runs plain Lloyd by itself (``player/lloyd.js``), and says so.
"""

from kmosaic.stepping.half_step import Draw, HalfStep
from kmosaic.stepping.iterator import steps
from kmosaic.stepping.playing import Play, play

__all__ = ["Draw", "HalfStep", "Play", "play", "steps"]
