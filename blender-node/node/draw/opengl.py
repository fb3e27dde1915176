"""What Blender's module `gpu` lacks of OpenGL, called directly; nothing is done where Blender
draws with something else."""

import contextlib
import ctypes
import functools

import gpu

_SCISSOR_TEST = 0x0C11  # GL_SCISSOR_TEST
_READ_FRAMEBUFFER, _DRAW_BINDING = 0x8CA8, 0x8CA6  # GL_READ_FRAMEBUFFER, GL_DRAW_FRAMEBUFFER_BINDING
# GL_COLOR_BUFFER_BIT, GL_DEPTH_BUFFER_BIT, GL_STENCIL_BUFFER_BIT: with all of them llvmpipe copies memory,
# forty times as fast as a shader.
_BUFFERS = 0x4000 | 0x0100 | 0x0400
_NEAREST = 0x2600  # GL_NEAREST


@functools.lru_cache(maxsize=None)
def _library():
    """The library that Blender draws with, or None."""
    backend = getattr(gpu.platform, 'backend_type_get', lambda: 'OPENGL')()
    try:
        return ctypes.CDLL('libGL.so.1') if backend == 'OPENGL' else None
    except OSError:
        return None


def is_available():
    """False where `scissor` and `flush` do nothing, and `copy` must not be called."""
    return _library() is not None


@contextlib.contextmanager
def scissor(area, framebuffer):
    """Drawing and clearing leave pixels outside an Area of the bound framebuffer as they are."""
    library = _library()
    if library is None:
        yield
        return
    # With the first call after binding, Blender sets its own scissor: this one clears nothing.
    framebuffer.clear()
    library.glScissor(*area)
    library.glEnable(_SCISSOR_TEST)
    try:
        yield
    finally:
        library.glDisable(_SCISSOR_TEST)


def bound():
    """OpenGL's name of the bound framebuffer, for `copy`."""
    name = ctypes.c_int()
    _library().glGetIntegerv(_DRAW_BINDING, ctypes.byref(name))
    return name.value


def copy(area, source):
    """Copy an Area, colours and depths, to the bound framebuffer from `source` (of `bound`) of the same
    size and formats. Returns False where OpenGL refuses."""
    library, target = _library(), bound()
    x, y, right, top = area.x, area.y, area.x + area.width, area.y + area.height
    library.glGetError()  # of somebody else
    library.glBindFramebuffer(_READ_FRAMEBUFFER, source)
    library.glBlitFramebuffer(x, y, right, top, x, y, right, top, _BUFFERS, _NEAREST)
    library.glBindFramebuffer(_READ_FRAMEBUFFER, target)
    return library.glGetError() == 0


def flush():
    """Let what was drawn so far begin, while the caller goes on."""
    if _library() is not None:
        _library().glFlush()
