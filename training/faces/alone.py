"""Takes in which one thing moves at a time: whatever else seems to move then is an error of who
watches. numpy only."""

from collections import namedtuple

import numpy as np

import behaviour
from expressions import arkit
from figure import LOOK

REST = 46  # frames at the start of a take, 1.5 s: a neutral face is learned
WAY, HOLD, PAUSE = 6, 8, 8  # frames there and back, at the end of the way, and after each
# What the head does alone: degrees of yaw, pitch and roll.
TURN = {'yaw': 30.0, 'pitch': 20.0, 'roll': 20.0}
# What people do with both sides at once more often than with one.
BOTH = 'browDown browOuterUp eyeBlink mouthFrown mouthSmile'.split()
JAW = 0.7  # mouthClose closes an open mouth: how far it is open

# name: of the row; means: what an errorless watcher tells at the end of the way, more than at rest;
# still, moved: frames at rest, and at the end of the way.
Episode = namedtuple('Episode', 'name means still moved')


class _Script:
    """A take that grows episode by episode."""

    def __init__(self, names):
        self._names = names
        self._parts, self.episodes, self._frames = [], [], 0
        self._add(np.zeros((REST, self._width)))

    @property
    def _width(self):
        return len(self._names) + 4 + 3  # expressions, two eyes, the head

    def _add(self, part):
        self._parts.append(part)
        self._frames += len(part)

    def _move(self, name, means, goal, base=0.0):
        """From base to goal (both (width,)) and back."""
        way = behaviour.ease(WAY)
        path = np.concatenate((way, np.ones(HOLD), 1.0 - way, np.zeros(PAUSE)))[:, None]
        first = self._frames
        self._add(base + (goal - base) * path)
        end = first + 2 * WAY + HOLD + PAUSE
        still = np.r_[first - 4:first, end - 4:end]
        self.episodes.append(Episode(name, means, still,
                                     np.arange(first + WAY + 2, first + WAY + HOLD)))

    def _goal(self, members):
        goal = np.zeros(self._width)
        goal[[self._names.index(member) for member in members]] = 1.0
        return goal

    def express(self, name, members):
        """What these of FaceKit's expressions make."""
        self._move(name, {arkit(member): 1.0 for member in members}, self._goal(members))

    def close(self):
        """mouthClose, while the jaw is open."""
        base = JAW * self._goal(['jawOpen'])
        way = behaviour.ease(WAY)[:, None]
        self._add(np.concatenate((way * base, np.tile(base, (PAUSE, 1)))))
        self._move('mouthClose', {'mouthClose': JAW}, JAW * self._goal(['mouthClose']) + base, base)
        self._add(np.concatenate(((1.0 - way) * base, np.zeros((PAUSE, self._width)))))

    def look(self, name, left, up):
        """Both eyes, as far as eyeLook goes; the lids follow."""
        goal, eyes = np.zeros(self._width), len(self._names)
        goal[eyes:eyes + 4] = np.tile([left, up] * LOOK, 2)
        told = {'eyeLookOutLeft': left, 'eyeLookInRight': left, 'eyeLookInLeft': -left,
                'eyeLookOutRight': -left, 'eyeLookUpLeft': up, 'eyeLookUpRight': up,
                'eyeLookDownLeft': -up, 'eyeLookDownRight': -up}
        means = {key: value for key, value in told.items() if value > 0.0}
        for k, member in enumerate(self._names):
            goal[k] = arkit(member) in means
        self._move(name, means, goal)

    def turn(self, axis, sign):
        goal = np.zeros(self._width)
        goal[len(self._names) + 4 + list(TURN).index(axis)] = sign * np.radians(TURN[axis])
        self._move(f'{axis} {sign * TURN[axis]:+.0f}°', {axis: float(sign)}, goal)

    def take(self):
        track, count = np.concatenate(self._parts), len(self._names)
        return behaviour.Take(track[:, :count], track[:, count:count + 4].reshape(-1, 2, 2),
                              track[:, count + 4:], np.zeros((len(track), 3)))


def take(names):
    """(Take, its Episodes): each of ARKit's coefficients that FaceKit has, some on both sides, gaze
    both ways along two axes, and the head both ways about three. names: of FaceKit's
    expressions. The episodes' yaw, pitch and roll are shares of TURN."""
    script, members = _Script(names), {}
    for name in names:
        if not name.startswith('eyeLook'):
            members.setdefault(arkit(name), []).append(name)
    for name, those in members.items():
        if name == 'mouthClose':
            script.close()
        else:
            script.express(name, those)
    for name in BOTH:
        script.express(f'{name} of both', [f'{name}_L', f'{name}_R'])
    for name, left, up in (('looks left', 1, 0), ('looks right', -1, 0), ('looks up', 0, 1),
                           ('looks down', 0, -1)):
        script.look(name, left, up)
    for axis in TURN:
        for sign in (1, -1):
            script.turn(axis, sign)
    return script.take(), script.episodes
