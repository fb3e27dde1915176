"""Idle motion: while the face is lost the character breathes, blinks now and then
and sways a little, so that it does not look frozen.

It is a function of the source's time: converting a file twice gives the same
images. No bpy in here.
"""

import math

LOST = 2  # ef_node_expression_t.state
FADE_IN, FADE_OUT = 1.5, 0.4  # seconds from tracked to idle, and back
BREATH = 4.2  # seconds
SWAY = ((7.3, 0.020), (11.9, 0.045), (9.7, 0.015))  # period, amplitude of pitch, yaw, roll
BLINK_EVERY = 5.5  # seconds, on average
BLINK = ((0.0, 0.0), (0.07, 1.0), (0.12, 1.0), (0.28, 0.0))  # seconds, lids closed


def _curve(points, x):
    """Straight lines through the points; the ends' values beyond them."""
    for (x0, y0), (x1, y1) in zip(points, points[1:]):
        if x < x1:
            return y0 + (y1 - y0) * max(0.0, x - x0) / (x1 - x0)
    return points[-1][1]


def blink(t):
    """How far the lids are closed at t seconds, 0..1: once in each stretch of
    BLINK_EVERY seconds, at a moment that differs from one to the next."""
    stretch, within = divmod(t, BLINK_EVERY)
    # The golden ratio spreads the moments without a visible pattern.
    start = 0.2 + (BLINK_EVERY - 0.6) * (stretch * 0.618034 % 1.0)
    return _curve(BLINK, within - start)


def breath(t):
    """How far the lungs are filled at t seconds, 0..1."""
    return 0.5 - 0.5 * math.cos(2.0 * math.pi * t / BREATH)


class Idle:
    """Adds idle motion to the inputs of a lost face."""

    def __init__(self, inputs):
        """inputs: names of all inputs, in order."""
        self._lids = inputs.index('eyeBlinkLeft'), inputs.index('eyeBlinkRight')
        self._head = tuple(inputs.index(n) for n in ('headPitch', 'headYaw', 'headRoll'))
        self._breath = inputs.index('breath')
        self._share = 0.0
        self._last = None

    def _follow(self, t, lost):
        """Move the share of idle motion towards 1 or 0 as time passes."""
        # A source that restarts has an earlier time.
        step = max(0.0, t - self._last) if self._last is not None else 0.0
        self._last = t
        change = step / FADE_IN if lost else -step / FADE_OUT
        self._share = min(1.0, max(0.0, self._share + change))

    def add(self, values, t, lost, share=0.0):
        """Change the list of inputs in place. t: seconds of the source's clock;
        lost: whether the face is; share: of idle motion, by the stage that sees every
        face; 0 where there is none, or that stage does not tell."""
        self._follow(t, lost)
        if share > 0.0:
            self._share = share
        if self._share <= 0.0:
            return
        shut = blink(t) * self._share
        for k in self._lids:
            values[k] = max(values[k], shut)
        for k, (period, amplitude) in zip(self._head, SWAY):
            values[k] += amplitude * self._share * math.sin(2.0 * math.pi * t / period)
        values[self._breath] = breath(t) * self._share
