"""Finds out what a character can do."""

import os
import time

import bpy

import levels
from bind import mapping_text, match, rig
from character import Character
from draw import evaluate, offscreen, renderers
from inspection import report, sheet
from load import loader

FRAMES, SECONDS = 60, 3.0  # timed, whichever ends first
SIZE = 640, 480


def _targets():
    """[(kind, 'Object/part')] of all that could be bound."""
    shapes = [('shape', '%s/%s' % (o.name, b.name)) for o, b in match.shape_keys()]
    bones = [('bone', '%s/%s' % (a.name, b.name)) for a in match.armatures()
             for b in a.pose.bones]
    hooks = [('hook', o.name) for o in bpy.context.scene.objects if rig.is_hook(o)]
    return shapes + bones + hooks


class Examination:
    """One character, loaded and bound. bound: [input] that moves something; notes:
    [str], all warnings."""

    def __init__(self, settings, coefficients):
        """settings: wire.Node; coefficients: the 52 names. Raises Trouble."""
        self.notes = []
        self._settings = settings
        self._character = Character(settings.avatar, settings.map, coefficients,
                                    self.notes.append)
        # A note on a missing target begins with the binding's place.
        lost = {note.split(': ')[0] for note in self.notes}
        self._bindings = [b for b in self._character.bindings if b.where not in lost]
        self._triangles = loader.triangles()
        self._sources = {b.source for b in self._bindings}
        self.bound = [n for k, n in enumerate(self._character.inputs) if k in self._sources]

    def _log(self, level, text):
        if level == levels.WARNING and text not in self.notes:
            self.notes.append(text)

    def _renderer(self, size):
        """(renderer, Offscreen) as the stage would make them."""
        target = offscreen.Offscreen(*size)
        way = renderers.choose(self._settings.renderer, self._log)
        return renderers.make(
            way, target, evaluate.Evaluation(), self._settings, self._log), target

    def _time(self):
        """(p50 in ms of posing and drawing a frame, the renderer's name)."""
        renderer, target = self._renderer(SIZE)
        times, begin = [], time.perf_counter()
        while len(times) < FRAMES and time.perf_counter() - begin < SECONDS:
            before = time.perf_counter()
            self._character.pose(dict.fromkeys(self.bound, (len(times) % 20) / 20.0))
            renderer.render()
            times.append(1e3 * (time.perf_counter() - before))
        target.free()
        return sorted(times)[len(times) // 2], renderer.name

    def mapping(self):
        """A mapping text of all that is bound."""
        return mapping_text.write(
            os.path.basename(self._character.path), self._character.inputs, self._bindings,
            report.missing(self.bound), _targets())

    def draw(self, path):
        """Write a sheet to a path."""
        renderer, target = self._renderer(sheet.size())
        sheet.write(self._character, renderer, target,
                    sheet.stills(self._character.inputs, self._sources), path)
        target.free()

    def report(self):
        """Lines for a person."""
        # First, because drawing may add notes.
        took, name = self._time()
        vertices = sum(len(o.data.vertices) for o in bpy.context.scene.objects
                       if o.type == 'MESH' and o.visible_get())
        yield self._character.path
        yield '%d triangles of %d vertices; renderer %s: %.1f ms per frame of %dx%d (p50)' % (
            self._triangles, vertices, name, took, *SIZE)
        yield from report.matched(self._character.inputs, self._bindings)
        unseen = list(report.unseen(set(self.bound)))
        if unseen:
            yield 'Missing'
            yield from unseen
        if self.notes:
            yield 'Notes'
            yield from ('  ' + note for note in self.notes)
