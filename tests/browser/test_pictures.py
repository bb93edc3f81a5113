"""Pages look as in docs/screenshots: pages, sizes, themes, languages, and states are taken again.

After a change that is meant, look at the new pictures and commit them: `make screenshots`.
"""

import shutil
from pathlib import Path

import pytest
from PIL import Image, ImageChops

from benchmarks.screenshots import FOLDER, take_all

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("pictures")]
NAMES = sorted(path.stem for path in FOLDER.glob("*.png"))
FAILED = Path(__file__).parents[2] / "var" / "pictures"
SMALLER = 4  # compared at a quarter of the size: the smoothing of letters and lines does not count
TOLERANCE = 20  # of 255, for a pixel
TILE = 24  # of the smaller picture: what is missing in one place counts, and not in relation to the page
MOST_DIFFERENT = 0.05  # of the pixels of a tile


@pytest.fixture(scope="module")
def taken(tmp_path_factory, chromium) -> Path:
    folder = tmp_path_factory.mktemp("pictures")
    take_all(folder, chromium)
    return folder


def small(picture: Image.Image) -> Image.Image:
    return picture.convert("RGB").reduce(SMALLER)


def different(before: Image.Image, now: Image.Image) -> float:
    """Return how much of the most different tile differs; 1 for pictures of different sizes."""
    if before.size != now.size:
        return 1
    change = ImageChops.difference(small(before), small(now)).convert("L")
    is_different = change.point(lambda value: 255 if value >= TOLERANCE else 0)
    width, height = change.size
    tiles = (
        is_different.crop((left, top, left + TILE, top + TILE))
        for top in range(0, height, TILE // 2)
        for left in range(0, width, TILE // 2)
    )
    return max(tile.histogram()[255] for tile in tiles) / TILE**2


@pytest.mark.parametrize("name", NAMES)
def test_a_page_looks_as_in_its_picture(taken, name):
    now = taken / f"{name}.png"
    with Image.open(FOLDER / now.name) as before, Image.open(now) as after:
        part = different(before, after)
    if part > MOST_DIFFERENT:
        FAILED.mkdir(parents=True, exist_ok=True)
        shutil.copy(now, FAILED)
    assert part <= MOST_DIFFERENT, (
        f"{part:.0%} of a part of {name} changed: see {FAILED / now.name}"
    )


def test_every_picture_is_taken(taken):
    assert sorted(path.stem for path in taken.glob("*.png")) == NAMES
    assert len(NAMES) >= 40


@pytest.mark.parametrize("change", ["moved", "recolored", "missing"])
def test_a_change_is_seen(change):
    with Image.open(FOLDER / "operations-1440-light.png") as before:
        after = before.copy()
    card = before.crop((24, 140, 360, 270))
    if change == "moved":
        after.paste(card, (24, 148))
    elif change == "recolored":
        after.paste(Image.new("RGB", (80, 24), "#c00"), (48, 190))
    else:
        after.paste(Image.new("RGB", (120, 40), "#fff"), (40, 190))

    assert different(before, after) > MOST_DIFFERENT
