"""The first bytes of a .blend: which Blender wrote it. No bpy in here."""

import ctypes
import zlib

GZIP, ZSTD = b'\x1f\x8b', b'\x28\xb5\x2f\xfd'
# 'BLENDER', size of pointers, byte order, version; from 5.0 on
# 'BLENDER', size of the header, '-', format, 'v', version.
LONGEST = 17


class _Buffer(ctypes.Structure):
    """ZSTD_inBuffer and ZSTD_outBuffer."""

    _fields_ = [('data', ctypes.c_char_p), ('size', ctypes.c_size_t), ('at', ctypes.c_size_t)]


def _zstd_start(data):
    """The first LONGEST bytes of what zstd has compressed; b'' if that fails."""
    try:
        library = ctypes.CDLL('libzstd.so.1')
    except OSError:
        return b''
    library.ZSTD_createDStream.restype = ctypes.c_void_p
    library.ZSTD_freeDStream.argtypes = [ctypes.c_void_p]
    library.ZSTD_decompressStream.argtypes = [ctypes.c_void_p] + [ctypes.POINTER(_Buffer)] * 2
    library.ZSTD_decompressStream.restype = ctypes.c_size_t
    room = ctypes.create_string_buffer(LONGEST)
    out = _Buffer(ctypes.cast(room, ctypes.c_char_p), LONGEST, 0)
    stream = library.ZSTD_createDStream()
    library.ZSTD_decompressStream(stream, out, _Buffer(data, len(data), 0))
    library.ZSTD_freeDStream(stream)
    return room.raw[:out.at]


def _plain_start(data):
    if data.startswith(GZIP):
        try:
            return zlib.decompressobj(31).decompress(data, LONGEST)
        except zlib.error:
            return b''
    return _zstd_start(data) if data.startswith(ZSTD) else data[:LONGEST]


def is_blend(data):
    """Whether a file that begins with these bytes may be a .blend."""
    return data.startswith((b'BLENDER', GZIP, ZSTD))


def version(data):
    """(major, minor) of the Blender that wrote the file, or None where its
    header cannot be read. data: the file's first 256 KiB."""
    start = _plain_start(data)
    digits = start[13:17] if start[7:8].isdigit() else start[9:12]
    if not start.startswith(b'BLENDER') or not digits.isdigit():
        return None
    number = int(digits)
    return number // 100, number % 100
