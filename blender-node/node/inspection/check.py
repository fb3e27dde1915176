"""Tells what a character can do; effigy avatar check and map start it, by

    effigy-blender-node --avatar FILE --check FOLDER

FOLDER gets `report` (text for a person), `map` (a mapping text) and `sheet.png`.
"""

import os
import sys
import time

import bpy

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

import node as stage  # noqa: E402
import wire  # noqa: E402

FRAMES, SECONDS = 60, 3.0  # timed, whichever ends first
SIZE = 640, 480


class Check:
    """One character, loaded and bound."""

    def __init__(self, options, inputs):
        """options: wire.Node; inputs: names of all inputs, in order."""
        import compat
        import character
        from load import loader
        compat.prepare()
        self.options, self.inputs, self.notes = options, inputs, []
        self.notes += loader.load(options.avatar)
        text = options.map or loader.map_beside(options.avatar)
        self.triangles = loader.triangles()
        self.bindings = self._there(character.find_bindings(
            text, inputs[:wire.COEFFICIENTS], self.notes.append))
        self.bound = [n for k, n in enumerate(inputs) if any(b.source == k for b in self.bindings)]

    def _there(self, bindings):
        """Those whose targets exist; notes tell of the others."""
        from bind import rig
        self.rig = rig.Rig(bindings, self.notes.append)
        lost = {note.split(': ')[0] for note in self.notes}
        return [b for b in bindings if b.where not in lost]

    def pose(self, values):
        self.rig.apply([values.get(name, 0.0) for name in self.inputs])

    def log(self, level, text):
        if level == wire.WARNING and text not in self.notes:
            self.notes.append(text)

    def renderer(self, size):
        """(renderer, Offscreen) as the stage would make them."""
        from draw import evaluate
        from draw import offscreen
        from draw import renderers
        target = offscreen.Offscreen(*size)
        way = renderers.choose(self.options.renderer, self.log)
        return renderers.make(way, target, evaluate.Evaluation(), self.options, self.log), target

    def things(self):
        """[(kind, 'Object/part')] of all that could be bound."""
        from bind import match
        from bind import rig
        shapes = [('shape', '%s/%s' % (o.name, b.name)) for o, b in match.shape_keys()]
        bones = [('bone', '%s/%s' % (a.name, b.name)) for a in match.armatures()
                 for b in a.pose.bones]
        hooks = [('hook', o.name) for o in bpy.context.scene.objects if rig.is_hook(o)]
        return shapes + bones + hooks

    def time(self):
        """(p50 in ms of posing and drawing a picture, the renderer's name)."""
        renderer, offscreen = self.renderer(SIZE)
        times, begin = [], time.perf_counter()
        while len(times) < FRAMES and time.perf_counter() - begin < SECONDS:
            before = time.perf_counter()
            self.pose({name: (len(times) % 20) / 20.0 for name in self.bound})
            renderer.render()
            times.append(1e3 * (time.perf_counter() - before))
        offscreen.free()
        return sorted(times)[len(times) // 2], renderer.name

    def draw(self, path):
        from inspection import sheet
        renderer, offscreen = self.renderer(sheet.size())
        poses = sheet.stills(self.inputs, {b.source for b in self.bindings})
        sheet.write(self.rig, renderer, offscreen, poses, path)
        offscreen.free()

    def report(self):
        """Lines for a person."""
        from inspection import report
        # Before drawing, which may have more to note.
        took, name = self.time()
        vertices = sum(len(o.data.vertices) for o in bpy.context.scene.objects
                       if o.type == 'MESH' and o.visible_get())
        yield self.options.avatar
        yield '%d triangles of %d vertices; renderer %s: %.1f ms a picture of %dx%d (p50)' % (
            self.triangles, vertices, name, took, *SIZE)
        yield from report.matched(self.inputs, self.bindings)
        unseen = list(report.unseen(set(self.bound)))
        if unseen:
            yield 'Missing'
            yield from unseen
        if self.notes:
            yield 'Notes'
            yield from ('  ' + note for note in self.notes)


def write(folder, name, text):
    with open(os.path.join(folder, name), 'w', encoding='utf-8', errors='replace') as file:
        file.write(text)


def check(node, launcher, folder, inputs):
    """Write it all. Returns the status: 0 when something follows the face."""
    from bind import mapping_text
    from inspection import report
    it = Check(node, inputs)
    launcher.ready()
    write(folder, 'map', mapping_text.write(
        os.path.basename(node.avatar), inputs, it.bindings, report.missing(it.bound), it.things()))
    it.draw(os.path.join(folder, 'sheet.png'))
    lines = [mapping_text.printable(line) for line in it.report()]
    write(folder, 'report', '\n'.join(lines) + '\n')
    return 0 if it.bound else 1


def run(node, launcher, _log, coefficients):
    """In place of the stage's own run."""
    from bind import mapping
    inputs = coefficients + mapping.MORE_INPUTS
    status = check(node, launcher, os.environ['EFFIGY_CHECK'], inputs)
    return stage.LOGGED if status else 0


if __name__ == '__main__':
    stage.run = run
    bpy.app.timers.register(stage.guarded, persistent=True)
