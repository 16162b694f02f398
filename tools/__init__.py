"""Programs for those who work on kmosaic; nothing of them is installed.

================  ==============================================================
``import_graph``  which module imports which, inside functions too, and cycles
``code_numbers``  the size of files, folders and functions; comments; cycles
================  ==============================================================
"""
