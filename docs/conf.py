"""How the documentation is built: ``make docs``."""

import sys
from pathlib import Path

import kmosaic

DOCS = Path(__file__).parent
sys.path.insert(0, str(DOCS))

project = "kmosaic"
author = "The kmosaic developers"
copyright = author  # Sphinx calls it so
release = kmosaic.__version__

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx.ext.napoleon",
    "sphinx_gallery.gen_gallery",
]
exclude_patterns = ["_build", "gallery", "make_pictures.py", "sg_execution_times.rst"]
html_static_path = ["_static"]
html_extra_path = ["_extra"]  # the players of the lessons, made by setup()
html_css_files = ["learn.css"]
html_js_files = ["learn.js"]
html_theme = "furo"
html_title = "kmosaic"
autodoc_typehints = "none"  # the docstrings say types, shapes and units
napoleon_google_docstring = False
napoleon_use_ivar = True  # attributes that are properties too are not listed twice
myst_heading_anchors = 3
suppress_warnings = ["config.cache", "myst.header"]


def setup(app):
    """Write the players that the lessons show, and the notebook beside them."""
    from learn.players import write

    folder = DOCS / "_extra"
    write(folder / "players")
    notebook = "learn/k-means-by-playing.ipynb"
    (folder / "learn").mkdir(exist_ok=True)
    (folder / notebook).write_bytes((DOCS / notebook).read_bytes())


def figures(block, block_vars, gallery_conf):
    """Save the figure that a block of an example ends with; none is ever shown."""
    from matplotlib.figure import Figure
    from sphinx_gallery.scrapers import figure_rst

    figure = block_vars["example_globals"].get("___")
    if not isinstance(figure, Figure):
        return ""
    path = next(block_vars["image_path_iterator"])
    figure.savefig(path, dpi=100)
    block_vars["example_globals"]["___"] = None
    return figure_rst([path], gallery_conf["src_dir"])


sphinx_gallery_conf = {
    "examples_dirs": "gallery",
    "gallery_dirs": "classics",
    "filename_pattern": "plot_",
    "image_scrapers": (figures,),
    "capture_repr": (),
    "abort_on_example_error": True,
    "download_all_examples": False,
    "show_signature": False,
    "remove_config_comments": True,
}
