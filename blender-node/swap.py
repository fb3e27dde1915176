"""Another character, asked for while the stage runs (effigy avatar use).

Whoever asks writes the path of a file into FILE, which is removed when it has
been read. The answer is FILE.answer, replaced whole: its first line is the path
of what is shown now, the second says why what was asked for is not shown, or is
empty. A stage that is started again shows what the answer says.

The answer is written only once the new character has been drawn: one that ends
Blender is not taken up again. No bpy in here.
"""

import os


class Swap:
    """The asked side; with path None nobody can ask."""

    def __init__(self, path):
        """path: FILE, or None."""
        self._path = path

    def asked(self):
        """The path asked for since the last call, or None."""
        if self._path is None:
            return None
        try:
            with open(self._path, encoding='utf-8', errors='surrogateescape') as file:
                wanted = file.read().strip('\n')
            os.unlink(self._path)
        except OSError:
            return None
        return wanted or None

    def shown_before(self):
        """The path that an earlier run showed last, or None."""
        if self._path is None:
            return None
        try:
            with open(self._path + '.answer', encoding='utf-8',
                      errors='surrogateescape') as file:
                return file.readline().strip('\n') or None
        except OSError:
            return None

    def answer(self, shown, reason=''):
        """Tell what is shown, and why it is not what was asked for."""
        if self._path is None:
            return
        beside = self._path + '.answer.new'
        try:
            with open(beside, 'w', encoding='utf-8', errors='surrogateescape') as file:
                file.write('%s\n%s\n' % (shown, ' '.join(reason.split())))
            os.replace(beside, self._path + '.answer')
        except OSError:
            pass  # a full folder: who waits for the answer says so
