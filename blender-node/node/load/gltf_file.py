"""glTF 2.0 files (.glb, .gltf, .vrm): read and checked before Blender sees them.

No bpy in here. For any bytes the result is a Gltf whose indices and
lengths are valid, or a GltfError.
"""

import base64
import binascii
import json
import os
import stat
import struct
import urllib.parse

from load import image_sizes

SIZE_MAX = 1 << 30  # bytes of a file
JSON_MAX = 1 << 27  # bytes of JSON, which take ten times as much memory
DEPTH_MAX = 256  # of nested nodes
COUNT_MAX = 1 << 26  # elements of one accessor
_COMPONENT = {5120: 1, 5121: 1, 5122: 2, 5123: 2, 5125: 4, 5126: 4}
_WIDTH = {'SCALAR': 1, 'VEC2': 2, 'VEC3': 3, 'VEC4': 4, 'MAT2': 4, 'MAT3': 9, 'MAT4': 16}
_JSON, _BIN = 0x4E4F534A, 0x004E4942


class GltfError(Exception):
    """Why a glTF file cannot be used; without the file's name."""


def _constant(text):
    raise ValueError(text + ' is not a JSON number')


def _parse(data):
    try:
        document = json.loads(data.decode('utf-8-sig'), parse_constant=_constant)
    except RecursionError:
        raise GltfError('its JSON is nested too deeply') from None
    except ValueError as error:
        raise GltfError('its JSON is damaged: %s' % error) from None
    if not isinstance(document, dict):
        raise GltfError('its JSON is not an object')
    return document


def _chunks(data):
    """(JSON bytes, binary bytes or None) of a .glb."""
    if len(data) < 20:
        raise GltfError('it is cut short: %d bytes' % len(data))
    _, version, length = struct.unpack_from('<III', data)
    if version != 2:
        raise GltfError('it is a .glb of version %d; only version 2 can be read' % version)
    if length > len(data):
        raise GltfError('it is cut short: %d of %d bytes' % (len(data), length))
    found, at = {}, 12
    while at + 8 <= length:
        size, kind = struct.unpack_from('<II', data, at)
        if size > length - at - 8:
            raise GltfError('one of its chunks is longer than the file')
        found.setdefault(kind, data[at + 8:at + 8 + size])
        at += 8 + size
    if _JSON not in found:
        raise GltfError('it has no JSON')
    return found[_JSON], found.get(_BIN)


def _items(holder, key, what=dict):
    """The list at holder[key], each of the type `what`; [] when there is none."""
    values = holder.get(key, [])
    if not isinstance(values, list) or not all(isinstance(v, what) for v in values):
        raise GltfError('"%s" is not a list of the type that glTF defines' % key)
    return values


def _number(holder, key, fallback=None):
    """The unsigned integer at holder[key]."""
    value = holder.get(key, fallback)
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise GltfError('"%s" is not an unsigned integer' % key)
    return value


def _point(index, things, what):
    """Refuse an index out of range."""
    if not isinstance(index, int) or isinstance(index, bool) or not 0 <= index < len(things):
        raise GltfError('it refers to %s %r, which does not exist' % (what, index))


def _decode(uri, at):
    """Some bytes of the data in a URI, from `at` on."""
    text = uri.partition(',')[2][at // 3 * 4:][:image_sizes.START]
    try:
        return base64.b64decode(text)[at % 3:]
    except (binascii.Error, ValueError):
        raise GltfError('the data of an image is not base64') from None


class Gltf:
    """A checked file. document: its JSON; folder: what URIs are relative to;
    binary: the BIN chunk or None."""

    def __init__(self, document, folder, binary):
        self.document, self.folder, self.binary = document, folder, binary
        self._check_version()
        for image in _items(document, 'images'):
            if 'uri' in image:
                self.resolve(image['uri'])
        self._check_buffers()
        self._check_accessors()
        self._check_meshes()
        self._check_nodes()
        self._check_images()

    def resolve(self, uri):
        """The path of a file beside this one, or None for data in the URI."""
        if not isinstance(uri, str):
            raise GltfError('a URI is not a string')
        if uri.startswith('data:'):
            return None
        name = urllib.parse.unquote(uri)
        if '\0' in name or os.path.isabs(name) or urllib.parse.urlsplit(uri).scheme:
            raise GltfError('it wants "%s", which is not in its folder' % uri)
        folder = os.path.realpath(self.folder)
        path = os.path.realpath(os.path.join(folder, name))
        if os.path.commonpath([folder, path]) != folder:
            raise GltfError('it wants "%s", which is not in its folder' % uri)
        try:
            if stat.S_ISREG(os.stat(path).st_mode):
                return path
        except OSError:
            pass
        raise GltfError('its file "%s" is missing' % uri)

    def data_size(self, uri):
        """Bytes of a buffer that a URI names."""
        path = self.resolve(uri)
        if path is not None:
            return os.path.getsize(path)
        try:
            return len(base64.b64decode(uri.partition(',')[2], validate=True))
        except (binascii.Error, ValueError):
            raise GltfError('the data of a buffer is not base64') from None

    def _start(self, image):
        """The first bytes of an image; b'' where it has no data."""
        uri = image.get('uri')
        if uri is not None and self.resolve(uri) is not None:
            with open(self.resolve(uri), 'rb') as file:
                return file.read(image_sizes.START)
        if uri is not None:
            return _decode(uri, 0)
        if 'bufferView' not in image:
            return b''
        views = self.document.get('bufferViews', [])
        _point(image.get('bufferView'), views, 'buffer view')
        view = views[image['bufferView']]
        buffer = self.document['buffers'][view['buffer']]
        at = view.get('byteOffset', 0)
        if 'uri' not in buffer:
            return self.binary[at:at + min(view['byteLength'], image_sizes.START)]
        path = self.resolve(buffer['uri'])
        if path is None:
            return _decode(buffer['uri'], at)
        with open(path, 'rb') as file:
            file.seek(at)
            return file.read(min(view['byteLength'], image_sizes.START))

    def _check_images(self):
        budget = image_sizes.Budget()
        for number, image in enumerate(self.document.get('images', [])):
            problem = budget.add(str(number), image_sizes.size(self._start(image)))
            if problem is not None:
                raise GltfError(problem)

    def _check_version(self):
        asset = self.document.get('asset')
        version = asset.get('version') if isinstance(asset, dict) else None
        if not isinstance(version, str):
            raise GltfError('it does not state its glTF version')
        if version.split('.')[0] != '2':
            raise GltfError('it is glTF %s; only version 2 can be read' % version[:20])

    def _check_buffers(self):
        buffers = _items(self.document, 'buffers')
        for index, buffer in enumerate(buffers):
            size = _number(buffer, 'byteLength')
            if 'uri' in buffer:
                there = self.data_size(buffer['uri'])
            else:
                there = len(self.binary) if self.binary is not None and index == 0 else -1
            if there < 0:
                raise GltfError('buffer %d is missing' % index)
            if size > there:
                raise GltfError('buffer %d is cut short: %d of %d bytes' % (index, there, size))
        for index, view in enumerate(_items(self.document, 'bufferViews')):
            _point(view.get('buffer'), buffers, 'buffer')
            end = _number(view, 'byteOffset', 0) + _number(view, 'byteLength')
            if end > buffers[view['buffer']]['byteLength']:
                raise GltfError('buffer view %d is longer than its buffer' % index)
            _number(view, 'byteStride', 0)

    def _check_extent(self, holder, size, count):
        """Check that `count` elements of `size` bytes lie within the holder's buffer view."""
        views = self.document.get('bufferViews', [])
        _point(holder.get('bufferView'), views, 'buffer view')
        view = views[holder['bufferView']]
        stride = view.get('byteStride', 0) or size
        needed = _number(holder, 'byteOffset', 0) + (stride * (count - 1) + size if count else 0)
        if needed > view['byteLength']:
            raise GltfError('an accessor is longer than its buffer view')

    def _check_accessors(self):
        for accessor in _items(self.document, 'accessors'):
            component = _COMPONENT.get(_number(accessor, 'componentType'))
            kind = accessor.get('type')
            width = _WIDTH.get(kind) if isinstance(kind, str) else None
            count = _number(accessor, 'count')
            if component is None or width is None or count > COUNT_MAX:
                raise GltfError('an accessor is of a kind that glTF does not define')
            if 'bufferView' in accessor:
                self._check_extent(accessor, component * width, count)
            sparse = accessor.get('sparse')
            if sparse is not None:
                self._check_sparse(sparse, component * width, count)

    def _check_sparse(self, sparse, size, count):
        parts = [sparse.get(k) for k in ('indices', 'values')] if isinstance(sparse, dict) else []
        if not parts or not all(isinstance(p, dict) for p in parts):
            raise GltfError('a sparse accessor has no indices or no values')
        some, component = _number(sparse, 'count'), _COMPONENT.get(
            _number(parts[0], 'componentType'))
        if component is None or some > count:
            raise GltfError('a sparse accessor is of a kind that glTF does not define')
        self._check_extent(parts[0], component, some)
        self._check_extent(parts[1], size, some)

    def _check_meshes(self):
        accessors = self.document.get('accessors', [])
        for mesh in _items(self.document, 'meshes'):
            for primitive in _items(mesh, 'primitives'):
                sets = [primitive.get('attributes')] + _items(primitive, 'targets')
                if not isinstance(sets[0], dict):
                    raise GltfError('a mesh has no attributes')
                for index in [v for s in sets for v in s.values()]:
                    _point(index, accessors, 'accessor')
                if 'indices' in primitive:
                    _point(primitive['indices'], accessors, 'accessor')

    def _check_nodes(self):
        document = self.document
        nodes = _items(document, 'nodes')
        for scene in _items(document, 'scenes'):
            for index in _items(scene, 'nodes', int):
                _point(index, nodes, 'node')
        for skin in _items(document, 'skins'):
            for index in _items(skin, 'joints', int):
                _point(index, nodes, 'node')
        parents = {}
        for number, node in enumerate(nodes):
            for key, many in (('mesh', 'meshes'), ('skin', 'skins')):
                if key in node:
                    _point(node[key], document.get(many, []), key)
            for child in _items(node, 'children', int):
                _point(child, nodes, 'node')
                if child in parents:
                    raise GltfError('node %d has two parents' % child)
                parents[child] = number
        for number in range(len(nodes)):
            self._check_depth(number, parents)

    @staticmethod
    def _check_depth(number, parents):
        steps = 0
        while number in parents:
            number, steps = parents[number], steps + 1
            if steps > DEPTH_MAX:
                raise GltfError('its nodes are nested in a circle, or more than %d deep'
                                % DEPTH_MAX)


def read(path):
    """The Gltf of a file; raises GltfError, OSError."""
    with open(path, 'rb') as file:
        data = file.read(SIZE_MAX + 1)
    if len(data) > SIZE_MAX:
        raise GltfError('it is larger than %d bytes' % SIZE_MAX)
    binary = None
    if data.startswith(b'glTF'):
        data, binary = _chunks(data)
    if len(data) > JSON_MAX:
        raise GltfError('its JSON is larger than %d bytes' % JSON_MAX)
    return Gltf(_parse(data), os.path.dirname(os.path.realpath(path)), binary)
