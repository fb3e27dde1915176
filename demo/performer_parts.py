"""The performer's other parts: eyes, ears, teeth, tongue, hair, body.

Each is a grid of points (rows, columns, 3) in the head's centimetres.
"""

import math

import numpy as np

from performer_head import (COLUMNS, EYE_AXES, EYE_X, EYE_Y, EYE_Z, hill,
                            smooth, spline)

HAIRLINE = np.array((      # angle from the front (degrees), height of the line
    (0, 7.4), (20, 7.3), (35, 6.9), (48, 5.7), (58, 4.4), (66, 2.6),
    (73, 0.0), (79, -2.0), (85, -1.8), (92, 0.6), (104, 1.5), (114, -3.0),
    (130, -7.0), (180, -7.5),
))


def eye_grid(side):
    """One eyeball's front half: points and the shader's eye coordinates."""
    v, u = np.meshgrid(np.linspace(-1.45, 1.45, 41),
                       np.linspace(-1.5, 1.5, 41), indexing="ij")
    unit = np.stack((np.sin(u) * np.cos(v), -np.sin(v),
                     np.cos(u) * np.cos(v)), axis=-1)
    centre = np.array((side * EYE_X, EYE_Y, EYE_Z))
    return centre + unit * EYE_AXES, unit * EYE_AXES


def ear_grid(side):
    """One ear: a bowl with a rim, standing off the head."""
    radius = np.array((0.0, 0.2, 0.35, 0.5, 0.62, 0.72, 0.82, 0.92, 1.0,
                       1.03, 1.0, 0.8, 0.5))[:, None]
    lift = np.array((-.35, -.33, -.25, -.05, 0.18, 0.22, 0.30, 0.36, 0.28,
                     0.10, -0.1, -0.35, -0.8))[:, None]
    turn = np.linspace(0.0, 2.0 * math.pi, 49)[None, :]
    up, back = np.sin(turn), np.cos(turn)
    tall = np.where(up > 0.0, 2.7, 3.0)
    wide = 1.65 * (1.0 + 0.22 * up)
    axis_up = np.array((side * 0.10, 0.98, -0.18))
    axis_back = np.array((side * 0.50, -0.10, -0.85))
    out = np.array((side * 0.88, 0.0, 0.42))
    points = ((radius * up * tall)[..., None] * axis_up
              + (radius * back * wide)[..., None] * axis_back
              + (lift * np.ones_like(up))[..., None] * out)
    points = points[:, ::int(side)]
    return points + np.array((side * 7.25, -1.0, -1.1))


def teeth_grid(top, bottom):
    """A row of teeth between two heights (cm) along the dental arch."""
    t = np.linspace(-1.0, 1.0, 61)[None, :]
    v = np.linspace(0.0, 1.0, 6)[:, None]
    x = 2.6 * np.sin(1.35 * t) + 0.0 * v
    z = 5.0 + 3.55 * np.cos(1.35 * t) - 0.12 * (2.0 * v - 1.0) ** 2
    y = top + (bottom - top) * v + 0.0 * t
    return np.stack((x, y, z), axis=-1)


def tongue_grid():
    """The tongue: a flat ellipsoid on the floor of the mouth."""
    v, u = np.meshgrid(np.linspace(-1.5, 1.5, 15),
                       np.linspace(-math.pi, math.pi, 31), indexing="ij")
    unit = np.stack((np.sin(u) * np.cos(v), -np.sin(v),
                     np.cos(u) * np.cos(v)), axis=-1)
    return unit * (1.75, 0.55, 2.9) + (0.0, -8.15, 5.0)


def body_grid():
    """Neck, shoulders and chest in one piece."""
    slices = np.array((   # y, half width, z of front, z of back
        (-4.0, 5.3, 3.6, -7.0), (-8.0, 5.3, 3.6, -7.3),
        (-11.0, 5.4, 3.5, -7.3), (-14.0, 5.7, 3.7, -7.6),
        (-16.0, 6.7, 4.3, -8.0), (-17.6, 9.0, 5.0, -8.4),
        (-19.0, 12.8, 5.7, -8.8), (-20.4, 16.8, 6.3, -9.0),
        (-22.4, 19.8, 7.2, -9.2), (-25.5, 21.3, 8.4, -9.4),
        (-31.0, 22.0, 9.4, -9.6), (-40.0, 22.0, 9.8, -9.8)))
    step = np.linalg.norm(np.diff(slices, axis=0), axis=1)
    knots = np.concatenate(([0.0], np.cumsum(step)))
    y, width, front, back = spline(
        knots, slices, np.linspace(0.0, knots[-1], 90)).T[:, :, None]
    turn = np.linspace(-math.pi, math.pi, 97)[None, :]
    middle, depth = (front + back) / 2.0, (front - back) / 2.0
    x = width * np.sin(turn)
    z = middle + depth * np.cos(turn)
    y = y + 0.0 * turn
    # The two cords from behind the ears to the pit of the neck, and the
    # collar bones.
    cord_x = 1.0 + (y + 17.5) * 0.36
    cord = np.exp(-((np.abs(x) - cord_x) / 0.7) ** 2) * smooth(-7, -9, y)
    pit = hill(x, y, 0.0, -17.6, 0.9, 1.0)
    bone = np.exp(-((y + 18.2 - 0.08 * np.abs(x)) / 0.55) ** 2) \
        * smooth(1.0, 2.5, np.abs(x)) * smooth(11.0, 6.0, np.abs(x))
    z = z + np.where(np.cos(turn) > 0.2, 0.35 * cord - 0.5 * pit + 0.5 * bone,
                     0.0)
    return np.stack((x, y, z), axis=-1)


def hair_grid(head, angle):
    """Short hair over the head's upper grid; also how deep inside it is."""
    line = np.interp(np.abs(np.degrees(angle)), HAIRLINE[:, 0],
                     HAIRLINE[:, 1])[None, :]
    line = line + (0.22 * np.sin(7.0 * angle + 0.6)
                   + 0.12 * np.sin(19.0 * angle))[None, :]
    depth = head[..., 1] - line
    strand = np.sin(np.arange(COLUMNS) * 1.7) + np.sin(
        np.arange(COLUMNS) * 0.61 + 1.0)
    x, y, z = np.moveaxis(head, -1, 0)
    quiff = 0.9 * smooth(3.0, 9.0, y) * smooth(0.0, 6.0, z)
    side = 0.35 + 0.65 * smooth(2.0, 8.5, y)
    thick = (0.10 + 0.95 * side * smooth(0.0, 3.0, depth) + quiff
             * smooth(0.0, 1.6, depth)) * (1.0 + 0.035 * strand[None, :])
    thick = np.where(depth < -0.6, -0.8, thick)
    centre = np.array((0.0, 1.0, -1.0))
    out = head - centre
    out /= np.linalg.norm(out, axis=-1, keepdims=True)
    return head + out * thick[..., None], depth
