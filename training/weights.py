"""Writes a model's numbers as Effigy reads them (proto/neural/weights.h). numpy and msgpack only."""

import struct
import zlib

import msgpack
import numpy as np


def write(path, model, made, tensors):
    """tensors: name -> array of floats, whose order is the file's. made: where they come from."""
    packed = {}
    for name, values in tensors.items():
        values = np.asarray(values, np.float64).ravel()
        if not np.isfinite(values).all():
            raise ValueError(f'{name} has values that are not finite')
        step = max(np.abs(values).max(), 1e-9) / 32767
        packed[name] = {'step': float(np.float32(step)),
                        'data': np.round(values / np.float32(step)).astype('<i2').tobytes()}
    body = msgpack.packb({'model': model, 'made': made, 'tensors': packed})
    with open(path, 'wb') as file:
        file.write(b'EFWEIGHT' + struct.pack('<III', 1, len(body), zlib.crc32(body)) + body)
