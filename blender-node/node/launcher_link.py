"""The connection to the launcher, which started this Blender with one character to
load and tells it when to open the stage's links. No bpy in here."""

import os
import socket
import time

NEWS_MAX = 4000  # bytes
TICK_S = 0.5


class Launcher:
    """character: the path to load; folder: what it may read, '' for only its own file."""

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
            pass  # the launcher has exited, and this process will be killed

    def ready(self):
        """Report that the character is drawn, and wait. Returns True once the links may
        be opened, False when the launcher has exited."""
        self._tell('ready')
        # From now on the launcher limits the time of each frame.
        self.went = self._socket.recv(16) == b'go'
        return self.went

    def trouble(self, text):
        """Report why the character cannot be shown, unless it is shown already. Returns
        whether it was reported."""
        if not self.went:
            self._tell('trouble ' + ' '.join(text.split()))
        return not self.went

    def tick(self):
        """Report from time to time that this process runs."""
        now = time.monotonic()
        if now - self._told > TICK_S:
            self._told = now
            self._tell('tick')
