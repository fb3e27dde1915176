"""What Blender's module `gpu` lacks of OpenGL, called directly; nothing is done where Blender
draws with something else."""

import contextlib
import ctypes
import functools

import gpu

_SCISSOR_TEST = 0x0C11  # GL_SCISSOR_TEST


@functools.lru_cache(maxsize=None)
def _library():
    """The library that Blender draws with, or None."""
    backend = getattr(gpu.platform, 'backend_type_get', lambda: 'OPENGL')()
    try:
        return ctypes.CDLL('libGL.so.1') if backend == 'OPENGL' else None
    except OSError:
        return None


def has_scissor():
    """False where `scissor` has no effect."""
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


def flush():
    """Let what was drawn so far begin, while the caller goes on."""
    if _library() is not None:
        _library().glFlush()
