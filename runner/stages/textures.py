"""Pictures on the graphics card: each piece of a page is sent there once, and the oldest go when room is needed."""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable
from ctypes import c_uint
from typing import Any

from attrs import frozen
from PIL import Image


@frozen
class Texture:
    """One picture on the card, in pixels."""

    number: int
    width: int
    height: int

    @property
    def size(self) -> int:
        """Bytes that it takes."""
        return self.width * self.height * 4


class Textures:
    """The pictures that are on the card, by key; at most `room` bytes beyond those in use. `gl` is pyglet's OpenGL."""

    def __init__(self, gl: Any, room: int = 128 << 20) -> None:
        self._gl = gl
        self._room = room
        self._kept: OrderedDict[Hashable, Texture] = OrderedDict()
        self.bytes = 0
        self.made = 0  # how many were ever sent; a timed trial must not change it

    def __len__(self) -> int:
        return len(self._kept)

    @property
    def full(self) -> bool:
        """Whether one more would push an older one out."""
        return self.bytes >= self._room

    def get(self, key: Hashable, make: Callable[[], Image.Image]) -> Texture:
        """The picture kept under `key`; `make` paints it if it isn't there."""
        texture = self._kept.get(key)
        if texture is None:
            texture = self._kept[key] = self._send(make())
            self.bytes += texture.size
            self.made += 1
        self._kept.move_to_end(key)
        return texture

    def trim(self, used: Iterable[Hashable]) -> None:
        """Forget the pictures that were not needed for longest until the room is kept, but none that is in use."""
        spared = set(used)
        for key in [key for key in self._kept if key not in spared]:
            if self.bytes <= self._room:
                break
            texture = self._kept.pop(key)
            self.bytes -= texture.size
            self._gl.glDeleteTextures(1, c_uint(texture.number))

    def _send(self, image: Image.Image) -> Texture:
        gl, number = self._gl, c_uint()
        gl.glGenTextures(1, number)
        gl.glActiveTexture(gl.GL_TEXTURE0)
        gl.glBindTexture(gl.GL_TEXTURE_2D, number)
        for name in (gl.GL_TEXTURE_MIN_FILTER, gl.GL_TEXTURE_MAG_FILTER):
            gl.glTexParameteri(gl.GL_TEXTURE_2D, name, gl.GL_NEAREST)  # a pixel of the picture is a pixel on screen
        for name in (gl.GL_TEXTURE_WRAP_S, gl.GL_TEXTURE_WRAP_T):
            gl.glTexParameteri(gl.GL_TEXTURE_2D, name, gl.GL_CLAMP_TO_EDGE)
        gl.glPixelStorei(gl.GL_UNPACK_ALIGNMENT, 1)
        width, height = image.size
        data = image.convert("RGBA").tobytes()
        gl.glTexImage2D(gl.GL_TEXTURE_2D, 0, gl.GL_RGBA8, width, height, 0, gl.GL_RGBA, gl.GL_UNSIGNED_BYTE, data)
        return Texture(number.value, width, height)


class Scene:
    """What the window shows: pictures at places, kept as one list of commands that the card repeats each frame."""

    def __init__(self, gl: Any, width: int, height: int) -> None:
        self._gl = gl
        self.width, self.height = width, height  # pixels
        self._list = gl.glGenLists(1)

    def compose(self, placed: Iterable[tuple[Texture, int, int]]) -> None:
        """From now on draw these, the first at the bottom; x and y of the top left corner, from the top left."""
        gl = self._gl
        gl.glNewList(self._list, gl.GL_COMPILE)
        for texture, x, y in placed:
            left, right, top, bottom = x, x + texture.width, self.height - y, self.height - y - texture.height
            gl.glBindTexture(gl.GL_TEXTURE_2D, texture.number)
            gl.glBegin(gl.GL_QUADS)
            for u, v in ((0, 0), (1, 0), (1, 1), (0, 1)):
                gl.glTexCoord2f(u, v)
                gl.glVertex2f((left, right)[u], (top, bottom)[v])
            gl.glEnd()
        gl.glEndList()

    def draw(self) -> None:
        """Paint the back buffer. Every setting that PsychoPy's own drawing may have left is set."""
        gl = self._gl
        gl.glUseProgram(0)
        gl.glMatrixMode(gl.GL_PROJECTION)
        gl.glLoadIdentity()
        gl.glOrtho(0, self.width, 0, self.height, -1, 1)
        gl.glMatrixMode(gl.GL_MODELVIEW)
        gl.glLoadIdentity()
        gl.glDisable(gl.GL_DEPTH_TEST)
        gl.glActiveTexture(gl.GL_TEXTURE1)
        gl.glDisable(gl.GL_TEXTURE_2D)
        gl.glActiveTexture(gl.GL_TEXTURE0)
        gl.glEnable(gl.GL_TEXTURE_2D)
        gl.glTexEnvi(gl.GL_TEXTURE_ENV, gl.GL_TEXTURE_ENV_MODE, gl.GL_MODULATE)
        gl.glEnable(gl.GL_BLEND)
        gl.glBlendFunc(gl.GL_SRC_ALPHA, gl.GL_ONE_MINUS_SRC_ALPHA)
        gl.glColor4f(1, 1, 1, 1)
        gl.glCallList(self._list)
        gl.glBindTexture(gl.GL_TEXTURE_2D, 0)
