"""A picture split into regions of similar color.

From pixels to cut-outs, the lowest first::

    pixel_rows     pixels by color, and by place where that counts
    cutout         labels cleaned up and measured; cut-outs
    overlays       the picture tinted and numbered, or with contours
    labeled        labels of a picture, what its segments are, masks    -> LabeledPicture
    editing        segments joined, split, cleaned up, numbered anew
    segmentation   what a user holds: labels with edits and drawings    -> Segmentation
    segment        all of it in one call
    output         the result as files: masks, overlay, cut-out, facts
"""
