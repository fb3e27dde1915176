"""ctypes binding of libeffigy_node.so; node.h is the reference."""

import ctypes

COEFFICIENTS = 52
RENDERERS = ('auto', 'direct', 'view3d')
SHADINGS = ('MATERIAL', 'RENDERED', 'SOLID')


class Refused(Exception):
    """The command line is wrong; the library has logged why."""


class Mismatch(Exception):
    """The library has another version than this file; the text tells the difference."""


class Settings(ctypes.Structure):
    """ef_node_settings_t."""

    _fields_ = [('avatar', ctypes.c_char_p), ('map', ctypes.c_char_p),
                ('renderer', ctypes.c_int32), ('shading', ctypes.c_int32),
                ('w', ctypes.c_int32), ('h', ctypes.c_int32), ('all', ctypes.c_int32),
                ('effects', ctypes.c_int32)]


class Expression(ctypes.Structure):
    """ef_node_expression_t: coeff 0..1; q x, y, z, w; offset in head widths;
    idle 0..1."""

    _fields_ = [('seq', ctypes.c_uint64), ('t', ctypes.c_int64), ('known', ctypes.c_uint64),
                ('state', ctypes.c_int32), ('coeff', ctypes.c_float * COEFFICIENTS),
                ('q', ctypes.c_float * 4), ('offset', ctypes.c_float * 3), ('idle', ctypes.c_float)]


class Area(ctypes.Structure):
    """ef_area_t."""

    _fields_ = [(name, ctypes.c_int) for name in 'xywh']


def layout():
    """The mirrored structs, in the format of ef_node_layout."""
    for name, mirror in (('ef_node_settings_t', Settings), ('ef_node_expression_t', Expression),
                         ('ef_area_t', Area)):
        for field, _ in mirror._fields_:
            place = getattr(mirror, field)
            yield '%s.%s %d %d' % (name, field, place.offset, place.size)
        yield '%s 0 %d' % (name, ctypes.sizeof(mirror))


def compare(library, path):
    """Raise Mismatch unless the library's structs are the ones above: otherwise it would
    write outside of them."""
    try:
        told = library.ef_node_layout
    except AttributeError:
        raise Mismatch('%s and %s are of different versions: the first does not describe its '
                       'structs; build and install both together' % (path, __file__)) from None
    told.restype, told.argtypes = ctypes.c_char_p, [ctypes.c_int]
    for k, mine in enumerate([*layout(), None]):
        there = told(k)
        if there != (mine and mine.encode()):
            raise Mismatch('%s and %s are of different versions: "%s" in the first is "%s" in the '
                           'second (field, offset, size); build and install both together'
                           % (path, __file__, there.decode() if there else 'end', mine or 'end'))


def load(path):
    """The library, its functions typed. Raises Mismatch."""
    library = ctypes.CDLL(path)
    compare(library, path)
    handle = ctypes.c_void_p
    library.ef_node_new.restype = handle
    library.ef_node_new.argtypes = [ctypes.c_int, ctypes.POINTER(ctypes.c_char_p),
                                    ctypes.POINTER(Settings)]
    library.ef_node_destroy.restype = None
    library.ef_node_destroy.argtypes = [ctypes.POINTER(handle)]
    library.ef_node_open.argtypes = [handle]
    library.ef_node_receive.argtypes = [handle, ctypes.c_int, ctypes.POINTER(Expression)]
    library.ef_node_rest.restype = None
    library.ef_node_rest.argtypes = [handle]
    library.ef_node_size.restype = None
    library.ef_node_size.argtypes = [handle, ctypes.POINTER(ctypes.c_int32),
                                     ctypes.POINTER(ctypes.c_int32)]
    library.ef_node_send.argtypes = [handle, ctypes.c_void_p, ctypes.POINTER(Area),
                                     ctypes.c_int32, ctypes.c_int32]
    library.ef_node_shows.restype = None
    library.ef_node_shows.argtypes = [handle, ctypes.c_char_p]
    library.ef_node_status.argtypes = [handle]
    library.ef_node_coeff_name.restype = ctypes.c_char_p
    library.ef_node_coeff_name.argtypes = [ctypes.c_int]
    library.ef_node_log.restype = None
    library.ef_node_log.argtypes = [ctypes.c_int, ctypes.c_char_p]
    return library


class Node:
    """The stage's links, command line and log; raises Refused."""

    def __init__(self, library, arguments):
        """arguments: [str], the stage's command line without its program."""
        words = [b'effigy-blender-node'] + [a.encode('utf-8', 'surrogateescape')
                                            for a in arguments]
        # Borrowed by the library for as long as the node lives.
        self._argv = (ctypes.c_char_p * (len(words) + 1))(*words)
        self._library = library
        self._settings = Settings()
        self._handle = ctypes.c_void_p(
            library.ef_node_new(len(words), self._argv, self._settings))
        self.expression = Expression()
        if not self._handle:
            raise Refused

    @property
    def avatar(self):
        return self._text(self._settings.avatar)

    @property
    def map(self):
        return self._text(self._settings.map)

    @property
    def renderer(self):
        return RENDERERS[self._settings.renderer]

    @property
    def shading(self):
        return SHADINGS[self._settings.shading]

    @property
    def live(self):
        """True under policy latest."""
        return not self._settings.all

    @property
    def effects(self):
        """False when the character's effects are to be hidden."""
        return bool(self._settings.effects)

    @staticmethod
    def _text(value):
        return None if value is None else value.decode('utf-8', 'surrogateescape')

    def open(self):
        """Open the links; False after the library has logged why not."""
        return self._library.ef_node_open(self._handle) == 0

    def receive(self, timeout_ms):
        """1: `expression` is filled; 0: timeout; -1: the stage must exit."""
        return self._library.ef_node_receive(self._handle, timeout_ms, self.expression)

    def rest(self):
        """The next image belongs to no expression."""
        self._library.ef_node_rest(self._handle)

    def render_size(self):
        """(width, height) in pixels of the next image."""
        width, height = ctypes.c_int32(), ctypes.c_int32()
        self._library.ef_node_size(self._handle, width, height)
        return width.value, height.value

    def send(self, picture):
        """Send what has changed in an Offscreen. False when the stage must exit."""
        return self._library.ef_node_send(
            self._handle, picture.address, Area(*picture.changed), *picture.size) == 0

    def shows(self, character):
        """Put the character's name into the statistics."""
        self._library.ef_node_shows(self._handle, character.encode('utf-8', 'surrogateescape'))

    def status(self):
        """The status to exit with."""
        return self._library.ef_node_status(self._handle)

    def close(self):
        """Close the links."""
        self._library.ef_node_destroy(self._handle)


def coefficient_names(library):
    """The 52 names in the wire's order."""
    return tuple(library.ef_node_coeff_name(k).decode() for k in range(COEFFICIENTS))


def logger(library):
    """A function (level, text) that writes one line to the stage's log."""
    def log(level, text):
        line = ' '.join(str(text).split())
        library.ef_node_log(level, line.encode('utf-8', 'surrogateescape'))
    return log
