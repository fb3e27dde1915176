"""The launcher's end of the wire: it started this Blender with one character to
load, and lets it open the stage's links once that is drawn. No bpy in here."""

import os
import socket
import time

NEWS_MAX = 4000  # bytes
TICK_S = 0.5


class Launcher:
    """character: the path to load; folder: what that may read, '' for itself alone."""

    def __init__(self):
        self.character = os.environ['EFFIGY_NODE_CHARACTER']
        self.folder = os.environ['EFFIGY_NODE_FOLDER']
        self._socket = socket.socket(fileno=int(os.environ['EFFIGY_NODE_CONTROL']))
        self._told = time.monotonic()
        self.went = False

    def _tell(self, news):
        try:
            self._socket.send(news.encode('utf-8', 'surrogateescape')[:NEWS_MAX],
                              socket.MSG_DONTWAIT | socket.MSG_NOSIGNAL)
        except OSError:
            pass  # it is gone, and so is this process in a moment

    def ready(self):
        """The character is drawn. True once the links may be opened; False when
        that will never be."""
        self._tell('ready')
        # The launcher judges from here on how long a picture takes.
        self.went = self._socket.recv(16) == b'go'
        return self.went

    def trouble(self, text):
        """Why the character cannot be shown; once it is shown there is nobody
        to tell. Returns whether it was told."""
        if not self.went:
            self._tell('trouble ' + ' '.join(text.split()))
        return not self.went

    def tick(self):
        """A sign of life, now and then."""
        now = time.monotonic()
        if now - self._told > TICK_S:
            self._told = now
            self._tell('tick')
