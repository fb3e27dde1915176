"""The size of image files, read from their first bytes before anything decodes them.
No bpy in here."""

import struct

START = 1 << 20  # bytes that contain it; metadata and thumbnails may come before the size
PIXELS_MAX = 1 << 27  # of one image: 8192 x 16384
ALL_PIXELS_MAX = 1 << 29  # of one character
_SIZES = frozenset((*range(0xC0, 0xC4), *range(0xC5, 0xC8), *range(0xC9, 0xCC),
                    *range(0xCD, 0xD0)))  # JPEG's frame headers


def _jpeg(start):
    at = 2
    while at + 9 <= len(start) and start[at] == 0xFF:
        code, = struct.unpack_from('>B', start, at + 1)
        if code in _SIZES:
            return struct.unpack_from('>HH', start, at + 5)[::-1]
        at += 1 if code == 0xFF else 2 + struct.unpack_from('>H', start, at + 2)[0]
    return None


def size(start):
    """(width, height) of a PNG, JPEG or WebP, or None for other formats, which only
    Blender's memory limit bounds."""
    if start.startswith(b'\x89PNG\r\n\x1a\n') and len(start) >= 24:
        return struct.unpack_from('>II', start, 16)
    if start.startswith(b'\xff\xd8'):
        return _jpeg(start)
    if start[8:16] == b'WEBPVP8X' and len(start) >= 30:
        return tuple(1 + int.from_bytes(start[k:k + 3], 'little') for k in (24, 27))
    return None


class Budget:
    """Counts the pixels of one character."""

    def __init__(self):
        self._pixels = 0

    def add(self, name, size):
        """Add an image of a size, or None. Returns why that is too much, or None."""
        if size is None:
            return None
        pixels = size[0] * size[1]
        self._pixels += pixels
        if pixels > PIXELS_MAX:
            return 'its image %s has %d x %d pixels; the limit is %d million' % (
                name, *size, PIXELS_MAX // 1000000)
        if self._pixels > ALL_PIXELS_MAX:
            return 'its images have more than %d million pixels in total' % (
                ALL_PIXELS_MAX // 1000000)
        return None
