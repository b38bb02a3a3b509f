"""What the window shows is what was painted, and what it keeps stays within bounds."""

from pathlib import Path

import pytest
from PIL import Image, ImageChops
from Xlib import X

from runner.screens import Screen, Text
from runner.stages.answers.interaction import begin
from runner.stages.drawing import paint
from runner.stages.drawing.layout import lay_out
from runner.stages.drawing.palette import PILOT
from runner.stages.window import open_window


def on_display(person, window, size):
    """The window's pixels as the X server has them."""
    left, top = window.origin()
    image = person.x.screen().root.get_image(left, top, *size, X.ZPixmap, 0xFFFFFFFF)
    return Image.frombytes("RGB", size, image.data, "raw", "BGRX")


def difference(one, other):
    return max(high for _, high in ImageChops.difference(one, other).getextrema())


@pytest.mark.parametrize("name", ["long-text", "cards", "likert-all", "keys", "bars", "badge", "slider"])
def test_the_window_shows_what_was_painted(window, person, samples, interface, name):
    screen = samples[name]
    painted = paint.picture(lay_out(screen, begin(screen), window._pages.canvas, interface), window._pages.canvas)
    captured = window.picture(screen)
    assert difference(captured, painted) <= 2
    assert difference(on_display(person, window, captured.size), painted) <= 2


def test_saying_something_covers_the_page_until_the_next_screen(window, samples):
    page = window.picture(samples["short-text"])
    window.say("saving")
    covered = window.capture()
    assert difference(page, covered) > 100
    box = ImageChops.difference(page, covered).getbbox()
    assert box[2] - box[0] < page.width / 2  # a plate, not a page
    assert difference(window.picture(samples["short-text"]), page) == 0


def test_a_pilot_can_be_seen_to_be_one(interface, samples):
    pilot = open_window(interface, fullscreen=False, size=(800, 600), pilot=True)
    try:
        image = pilot.picture(samples["short-text"])
        width, height = image.size
        corners = {image.getpixel(at) for at in ((1, 1), (width - 2, 1), (1, height - 2), (width - 2, height - 2))}
        assert corners == {PILOT}
        assert pilot.describe()["pilot"] is True
    finally:
        pilot.close()


def test_many_screens_do_not_fill_the_memory(window):
    textures = window._pages.textures
    textures._room = 4 << 20

    def show(numbers):
        for i in numbers:
            words = " ".join(f"{i}-{j}" for j in range(30))
            screen = Screen(name=f"page-{i}", marks=(Text(text=words),), seconds=0.001, stop=False)
            window.present(screen)
            paint._painted.cache_clear()  # bounded by its number, but by no number of bytes
        return int(Path("/proc/self/statm").read_text().split()[1]) * 4096 / 1e6

    before = show(range(100))
    assert show(range(100, 300)) - before < 20  # MB; a texture that is not let go takes 0.3 MB or more each time
    assert textures.bytes <= 5 << 20
    assert len(textures) < 60
