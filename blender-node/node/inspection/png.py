"""Pixels that were drawn off screen, as arrays and PNG files."""

import os

import bpy
import numpy as np


def pixels(target):
    """A copy of an Offscreen's pixels: uint8 (height, width, 4), bottom row first."""
    return np.frombuffer(target.pixels(), np.uint8).reshape(target.height, target.width, 4)


def save(picture, path):
    """Save uint8 (height, width, 4), bottom row first, as an opaque PNG."""
    height, width = picture.shape[:2]
    opaque = picture.astype(np.float32) / 255.0
    opaque[..., 3] = 1.0
    image = bpy.data.images.new('png', width, height)
    image.pixels.foreach_set(opaque.ravel())
    image.filepath_raw = os.path.abspath(path)
    image.file_format = 'PNG'
    image.save()
    bpy.data.images.remove(image)
