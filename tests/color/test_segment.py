"""Segments: known ones are found, joined, split, cut out."""

from typing import Any

import numpy as np
import pytest

from kmosaic.color import segment
from kmosaic.color.segmentation import cutout, editing
from kmosaic.errors import InputError
from tests.color.made import photo


def scene() -> np.ndarray:
    """Blue sky, green ground, a red disk in the sky and one on the ground."""
    random = np.random.default_rng(0)
    pixels = np.empty((60, 80, 3))
    pixels[:35] = 90, 140, 220
    pixels[35:] = 60, 150, 60
    y, x = np.mgrid[:60, :80]
    for cy, cx in ((15, 20), (47, 60)):
        pixels[np.hypot(y - cy, x - cx) < 8] = 210, 40, 30
    return np.clip(pixels + random.normal(0, 3, pixels.shape), 0, 255).astype(np.uint8)


SCENE = scene()
FOUND = segment(SCENE, 3)


def test_known_segments() -> None:
    sky, ground, disks = FOUND.segments
    assert [part.n_regions for part in (sky, ground, disks)] == [1, 1, 2]
    assert sky.box == (0, 0, 80, 35)
    assert ground.box == (0, 35, 80, 25)
    assert disks.box == (13, 8, 55, 47)
    assert sum(part.color.share for part in FOUND.segments) == pytest.approx(1.0)
    np.testing.assert_allclose(disks.color.rgb, (210, 40, 30), atol=2)
    assert (FOUND.labels[15, 20], FOUND.labels[47, 60]) == (2, 2)


def test_a_region_or_all_of_its_segment() -> None:
    region, whole = FOUND.mask_at(20, 15), FOUND.mask_at(20, 15, whole=True)
    assert region.sum() * 2 == pytest.approx(whole.sum(), rel=0.05)
    assert whole[47, 60] and not region[47, 60]
    np.testing.assert_array_equal(whole, FOUND.mask(2))
    filled = FOUND.mask(0, fill_holes=True)
    assert filled[15, 20] and not filled[47, 60]


def test_no_halo_around_a_cut_out() -> None:
    # Edge pixels are half background, as in a photograph.
    pixels = np.zeros((40, 40, 3), np.uint8)
    y, x = np.mgrid[:40, :40]
    cover = np.clip(12.5 - np.hypot(y - 20, x - 20), 0, 1)[..., None]
    pixels[:] = np.rint(cover * (200, 30, 30) + (1 - cover) * (20, 220, 20))
    found = segment(pixels, 2)
    disk = found.mask(int(found.labels[20, 20]))
    cut = found.cut_out(disk, feather=2.0)
    assert cut[20, 20].tolist() == [200, 30, 30, 255]
    assert cut[0, 0].tolist() == [0, 0, 0, 0]
    seen = cut[..., 3] > 0
    assert (cut[seen][:, 1] <= 40).all()
    assert len(np.unique(cut[..., 3])) > 3
    hard = found.cut_out(disk, feather=0)
    assert set(np.unique(hard[..., 3])) == {0, 255}
    np.testing.assert_array_equal(hard[disk][:, :3], pixels[disk])


def test_a_thin_part_keeps_its_color() -> None:
    # A red square with a blue wire, both on green, and mixed with it at the edge.
    pixels = np.full((60, 60, 3), (20, 220, 20), np.uint8)
    pixels[20:40, 20:40] = 200, 30, 30
    pixels[29:32, 40:] = 30, 30, 200
    mixed = (pixels != (20, 220, 20)).any(axis=2)
    mixed &= ~np.pad(mixed, 1)[:-2, 1:-1] | ~np.pad(mixed, 1)[2:, 1:-1]
    pixels[mixed] = pixels[mixed] // 2 + np.array([10, 110, 10], np.uint8)
    mask = np.zeros((60, 60), bool)
    mask[20:40, 20:40] = mask[29:32, 40:] = True
    for feather in (1.5, 4.0, 12.0):
        cut = cutout.cut_out(pixels, mask, feather)
        wire = cut[27:34, 50:]
        wire = wire[wire[..., 3] > 0]
        assert (wire[:, :3] == (30, 30, 200)).all()  # not red, and nothing of green
        square = cut[18:42, 15:30]
        square = square[square[..., 3] > 0]
        assert (square[:, :3] == (200, 30, 30)).all()
    line = np.zeros((60, 60), bool)
    line[30, 40:] = True  # one pixel thin: it has no other color than its own
    np.testing.assert_array_equal(
        cutout.cut_out(pixels, line, 1.5)[30, 41:, :3], pixels[30, 41:]
    )


def test_a_cut_out_is_the_same_in_a_larger_picture() -> None:
    mask = FOUND.mask_at(20, 15)
    large, wide = np.pad(mask, 40), np.pad(SCENE, ((40, 40), (40, 40), (0, 0)), "edge")
    for feather in (0.0, 1.5, 7.0):
        cut = cutout.cut_out(SCENE, mask, feather)
        np.testing.assert_array_equal(
            cutout.cut_out(wide, large, feather)[40:-40, 40:-40], cut
        )
    assert not cutout.cut_out(SCENE, np.zeros_like(mask), 1.5).any()


def test_a_transparent_picture_has_no_part_in_the_segments_of_another() -> None:
    nothing = np.dstack([SCENE, np.zeros(SCENE.shape[:2], np.uint8)])
    found = FOUND.apply(nothing)
    assert (found.labels == -1).all()
    for drawn in (found.overlay(numbers=True), found.contours()):
        np.testing.assert_array_equal(drawn, SCENE)
    with pytest.raises(InputError, match="no segment 0, and no other"):
        found.mask(0)


def test_the_overlay_by_hand() -> None:
    clear = np.dstack([SCENE, np.full(SCENE.shape[:2], 255, np.uint8)])
    clear[:5, :, 3] = 0
    found = segment(clear, 2)
    drawn = found.overlay()
    np.testing.assert_array_equal(drawn[:5], SCENE[:5])
    gray = 0.45 * SCENE.mean(axis=2, keepdims=True)
    for index in (0, 1):  # what is not gray is one tint
        tints = (drawn - gray)[found.labels == index]
        assert (np.ptp(tints, axis=0) <= 1.0).all()


def test_numbers_stand_in_their_segments() -> None:
    plain, numbered = FOUND.overlay(), FOUND.overlay(numbers=True)
    drawn = (plain != numbered).any(axis=2)
    for index in (0, 1):  # the disks are too small for theirs
        assert drawn[FOUND.labels == index].any()
    assert not drawn[FOUND.labels == 2].any()
    one = segment(np.full((1, 1, 3), 9, np.uint8), 1)
    np.testing.assert_array_equal(one.overlay(numbers=True), one.overlay())


def test_small_regions_go_to_their_neighbors() -> None:
    clean = FOUND.without_small_regions(0.1)  # a disk has 4 % of the picture
    assert [part.n_regions for part in clean.segments] == [1, 1]
    assert clean.labels[15, 20] == clean.labels[0, 0]
    assert FOUND.without_small_regions(0.0) is FOUND
    none = FOUND.without_small_regions(0.9)
    np.testing.assert_array_equal(none.labels, FOUND.labels)
    assert none.notes == ("No region has 90 % of the picture; all stay.",)
    assert len(segment(SCENE, 3, min_area=0.1).segments) == 2


def test_numbers_by_size_after_small_regions_are_given_away() -> None:
    # Dots of red on blue: the most pixels are red at first, in regions of 3 × 3.
    pixels = np.full((64, 64, 3), (40, 60, 200), np.uint8)
    y, x = np.mgrid[:64, :64]
    pixels[(y % 4 > 0) & (x % 4 > 0)] = 210, 40, 30
    pixels[:, 56:] = 250, 250, 250
    assert segment(pixels, 3).segments[0].color.rgb == (210, 40, 30)
    found = segment(pixels, 3, min_area=0.01)
    counts = [part.color.count for part in found.segments]
    assert [part.index for part in found.segments] == list(range(len(counts)))
    assert counts == sorted(counts, reverse=True)
    # Numbers to merge and to split by are those that are seen.
    split = segment(SCENE, 3, min_area=0.1, split={1: 2})
    plain = segment(SCENE, 3, min_area=0.1)
    assert (split.labels[plain.labels == 0] == 0).all()
    # On another picture they stand for the same colors, whatever is the largest there.
    other = found.apply(np.full((9, 9, 3), 250, np.uint8)).without_small_regions(0.01)
    assert [part.index for part in other.segments] == [1]


def test_what_a_mask_shows() -> None:
    part = FOUND.part(FOUND.mask_at(20, 15))
    assert part.n_regions == 1
    assert part.box == (13, 8, 15, 15)
    assert part.color.count == FOUND.mask_at(20, 15).sum()
    assert part.color.share == pytest.approx(part.color.count / (60 * 80))
    np.testing.assert_allclose(part.color.rgb, (210, 40, 30), atol=2)


def test_merge_and_split() -> None:
    merged = FOUND.merge([0, 1])
    assert len(merged.segments) == 2
    np.testing.assert_array_equal(merged.labels == 1, FOUND.labels == 2)
    np.testing.assert_array_equal(merged.apply(SCENE).labels, merged.labels)
    split = merged.split(0)
    assert len(split.segments) == 3
    np.testing.assert_array_equal(split.labels == 2, FOUND.labels == 2)
    assert len(np.unique(split.labels[35:][FOUND.labels[35:] == 1])) == 1
    at_once = segment(SCENE, 3, merge=[[0, 2]], split={1: 2})
    assert len(at_once.segments) == 3


def test_places_mean_the_same_for_any_size() -> None:
    large = np.repeat(np.repeat(SCENE, 2, axis=0), 2, axis=1)
    small, big = segment(SCENE, 5, spatial=1.0), segment(large, 5, spatial=1.0)
    agree = big.labels[::2, ::2] == small.labels
    assert agree.mean() > 0.95
    # With places the two disks, far from each other, can part.
    assert (
        segment(SCENE, 4, spatial=4.0).labels[15, 20]
        != segment(SCENE, 4, spatial=4.0).labels[47, 60]
    )


def test_applied_to_another_picture() -> None:
    turned = SCENE[:, ::-1]
    np.testing.assert_array_equal(FOUND.apply(turned).labels, FOUND.labels[:, ::-1])


def test_transparent_pixels_belong_to_none() -> None:
    alpha = np.full((60, 80), 255, np.uint8)
    alpha[:, :10] = 0
    found = segment(np.dstack([SCENE, alpha]), 3)
    assert (found.labels[:, :10] == -1).all()
    assert (found.labels[:, 10:] >= 0).all()
    assert sum(part.color.count for part in found.segments) == 60 * 70
    with pytest.raises(InputError, match="transparent at 3,3"):
        found.mask_at(3, 3)
    assert found.cut_out(found.mask([0, 1, 2]), feather=0)[0, 0, 3] == 0
    assert found.without_small_regions(0.1).labels[15, 5] == -1


def test_pictures_of_segments() -> None:
    for drawn in (FOUND.overlay(), FOUND.contours()):
        assert drawn.shape == SCENE.shape
        assert drawn.dtype == np.uint8
    changed = (FOUND.contours() != SCENE).any(axis=2)
    assert changed[34:36].all() and not changed[2].any()


def test_few_colors_few_segments() -> None:
    found = segment(np.full((5, 5, 3), 9, np.uint8), 3)
    assert len(found.segments) == 1
    assert "only 1 segment;" in found.notes[0]
    with pytest.raises(InputError, match="only one color"):
        found.split(0)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: segment(SCENE, 0), "n_segments"),
        (lambda: segment(SCENE, 3, space="hsv"), "space must be one of"),
        (lambda: segment(SCENE, 3, space="srgb", lightness=1), "no effect in srgb"),
        (lambda: segment(SCENE, 3, spatial=-1), "spatial"),
        (lambda: segment(SCENE, 3, min_area=2), "min_area"),
        (lambda: segment(SCENE, 3, merge=[[0]]), "two different segments"),
        (lambda: segment(SCENE, 3, merge=[[0, 7]]), "no segment 7, only 0, 1, 2"),
        (lambda: segment(SCENE, 3, merge=[[0, 1]], split={1: 2}), "twice"),
        (lambda: segment(SCENE, 3, merge=[0, 1]), r"Pass \[\[1, 2\]\]"),  # type: ignore[list-item]  # a mistake
        (lambda: segment(SCENE, 3, merge=3), "no list of lists"),  # type: ignore[arg-type]  # a mistake
        (lambda: segment(SCENE, 3, split=[(0, 2)]), "no dict"),  # type: ignore[arg-type]  # a mistake
        (lambda: FOUND.mask(3), "no segment 3"),
        (lambda: FOUND.mask("0"), "no segment '0'"),
        (lambda: FOUND.mask_at(3.5, 2), "no pixel"),  # type: ignore[arg-type]  # a mistake
        (lambda: FOUND.mask_at(80, 5), "outside of the picture"),
        (lambda: FOUND.cut_out(np.ones((2, 2), bool)), "shape"),
        (lambda: FOUND.cut_out(FOUND.mask(0), feather=-1), "feather"),
        (lambda: FOUND.part(np.zeros((60, 80), bool)), "shows nothing"),
        (lambda: segment(np.zeros((4, 4, 4), np.uint8)), "all transparent"),
    ],
)
def test_bad_arguments(call: Any, words: str) -> None:
    with pytest.raises(InputError, match=words):
        call()


def test_a_photo_in_every_space() -> None:
    for space in ("srgb", "linear", "lab", "oklab"):
        found = segment(photo(), 4, space=space, spatial=0.3)
        assert len(found.segments) == 4


def test_edits_leave_what_they_are_given() -> None:
    before = FOUND.labels.copy(), FOUND.owner.copy(), FOUND.centers.copy()
    edited = [
        editing.merge(FOUND, [0, 2]),
        editing.split(FOUND, 0, 2, random_state=0),
        editing.rearrange(FOUND, [[1, 2]], {0: 2}, random_state=0),
        editing.without_small_regions(FOUND, 0.5),
        editing.by_size(editing.merge(FOUND, [1, 2])),
        editing.apply(FOUND, SCENE[::2]),
    ]
    after = FOUND.labels, FOUND.owner, FOUND.centers
    for old, new in zip(before, after, strict=True):
        np.testing.assert_array_equal(old, new)
    for one in edited:
        assert type(one) is type(FOUND)
        assert one.labels.shape != FOUND.labels.shape or (one.labels != FOUND.labels).any()
