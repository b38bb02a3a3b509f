"""Pages on their way to the display: laid out, painted, sent to the graphics card, ahead of time where they can be."""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import Any

from runner.languages import Direction
from runner.screens import Screen, Text
from runner.stages.answers.interaction import View, begin
from runner.stages.drawing.layout import lay_out
from runner.stages.drawing.paint import paint
from runner.stages.drawing.palette import EDGE_STRONG, PLATE
from runner.stages.drawing.pieces import Canvas, Layout, Piece, Plate, bare
from runner.stages.textures import Scene, Textures

LAYOUTS = 256  # how many pages are kept laid out, beyond those that were announced


class Pages:
    """Turns screens into what the card draws. `gl` is pyglet's OpenGL, `words` those of layout.INTERFACE_KEYS."""

    def __init__(
        self, gl: Any, canvas: Canvas, words: Mapping[str, str], *, direction: Direction = "ltr", pilot: bool
    ) -> None:
        self.canvas = canvas
        self.textures = Textures(gl)
        self.layout = Layout(pieces=(), targets=())  # of what is shown
        self._scene = Scene(gl, canvas.width, canvas.height)
        self._words = words
        self._direction = direction
        self._pilot = pilot
        self._layouts: OrderedDict[Screen, Layout] = OrderedDict()
        self._coming: dict[Screen, None] = {}
        self._building: Iterator[None] = iter(())
        self.ready = True  # is everything built that was announced?
        self.fill: Callable[[Screen], Screen] = lambda screen: screen  # what only the display may hold, such as names
        self._composed: tuple[Piece, ...] = ()

    def show(self, screen: Screen, view: View) -> None:
        """From now on `draw` draws this."""
        screen = self.fill(screen)
        self._coming.pop(screen, None)
        self.layout = self._lay_out(screen, view)
        self._compose(self.layout.pieces)

    def word(self, key: str) -> str:
        """One of the interface's words; of a session that was begun without it, the place that it leaves."""
        return self._words.get(key, "{}")

    def draw(self) -> None:
        """Paint the back buffer."""
        self._scene.draw()

    def lay_over(self, word: str) -> None:
        """One of the interface's words on a plate over what is shown."""
        note = Screen(name="note", marks=(Text(text=self._words[word]),), seconds=1, stop=False)
        lines = [
            piece
            for piece in lay_out(note, begin(note), self.canvas, self._words, direction=self._direction).pieces
            if isinstance(piece, Plate) and piece.lines
        ]
        pad = self.canvas.height // 40
        left, top = min(p.x for p in lines) - pad, min(p.y for p in lines) - pad
        right, bottom = max(p.x + p.width for p in lines) + pad, max(p.y + p.height for p in lines) + pad
        plate = Plate(
            x=left,
            y=top,
            width=right - left,
            height=bottom - top,
            fill=PLATE,
            outline=EDGE_STRONG,
            stroke=2,
            radius=pad // 2,
        )
        self._compose((*self.layout.pieces, plate, *lines))

    def announce(self, screens: Iterable[Screen]) -> None:
        """These will be asked for soon, and nothing that was announced before; they are not built yet."""
        self._coming = dict.fromkeys(map(self.fill, screens))
        self._building = self._build(tuple(self._coming))
        self.ready = False

    def build_some(self) -> bool:
        """Build one piece of what was announced, in a few milliseconds; False when nothing is left to do."""
        self.ready = next(self._building, self) is self
        return not self.ready

    def build_all(self) -> bool:
        """Build all that was announced, as far as there is room; False when there was nothing to do."""
        made = self.textures.made
        while self.build_some():
            pass
        return self.textures.made > made

    def trim(self) -> None:
        """Let go of what the card has no room for, but of nothing that is shown or announced."""
        if self.textures.full:
            coming = [self._layouts[screen].pieces for screen in self._coming if screen in self._layouts]
            self.textures.trim(bare(piece) for pieces in (*coming, self._composed) for piece in pieces)

    def _lay_out(self, screen: Screen, view: View) -> Layout:
        first = view == begin(screen)  # what comes of answering is not worth keeping
        if first and screen in self._layouts:
            self._layouts.move_to_end(screen)
            return self._layouts[screen]
        layout = lay_out(screen, view, self.canvas, self._words, direction=self._direction, pilot=self._pilot)
        if first:
            self._layouts[screen] = layout
            while len(self._layouts) > LAYOUTS + len(self._coming):
                self._layouts.popitem(last=False)
        return layout

    def _compose(self, pieces: tuple[Piece, ...]) -> None:
        self._composed = pieces
        self._scene.compose([(self.textures.get(bare(p), partial(paint, p)), p.x, p.y) for p in pieces])

    def _build(self, screens: tuple[Screen, ...]) -> Iterator[None]:
        for screen in screens:
            for piece in self._lay_out(screen, begin(screen)).pieces:
                self.textures.get(bare(piece), partial(paint, piece))
                yield
            self.trim()
            if self.textures.full:
                return
