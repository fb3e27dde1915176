"""An off-screen buffer, used for the process's whole life, and its pixels."""

import ctypes

import gpu

from draw import area


class Offscreen:
    """A GPUOffScreen of w x h pixels and a reused buffer for its pixels.

    changed: the Area that was read last; all that differs from the picture before is in it.
    """

    def __init__(self, width, height):
        self.width = self.height = 0
        self.target = None
        self.resize(width, height)

    @property
    def size(self):
        """(width, height), pixels."""
        return self.width, self.height

    def resize(self, width, height):
        """Change its size, if it differs."""
        if (width, height) == self.size:
            return
        self.free()
        self.width, self.height = width, height
        self.target = gpu.types.GPUOffScreen(width, height)
        self._pixels = gpu.types.Buffer('UBYTE', height * width * 4)
        # The buffer's memory does not move, so its address is taken once.
        self._view = (ctypes.c_ubyte * (height * width * 4)).from_buffer(self._pixels)
        self.address = ctypes.addressof(self._view)
        self.changed, self._forgotten = area.whole(self.size), True

    def read(self, framebuffer, changed=None):
        """Read what has changed (an Area; None: everything) back from the framebuffer into the
        bytes at `address`: R, G, B, A, the bottom row first, without a gap between rows."""
        if changed is None or self._forgotten:
            changed = area.whole(self.size)
        self.changed, self._forgotten = changed, False
        if not changed.is_empty():
            framebuffer.read_color(*changed, 4, 0, 'UBYTE', data=self._pixels)

    def _read_again(self):
        with self.target.bind():
            self.read(gpu.state.active_framebuffer_get())

    def forget(self):
        """Take this picture and the next as changed everywhere: nobody has those before."""
        self._read_again()
        self._forgotten = True

    def pixels(self):
        """The bytes of the whole picture."""
        self._read_again()
        return bytes(self._view)

    def free(self):
        """Free its memory; resize allocates it again."""
        if self.target is not None:
            self.target.free()
            self.target = None
        self.width = self.height = 0
