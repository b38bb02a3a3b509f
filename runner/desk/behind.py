"""What takes time goes on behind the window, which stays alive: other processes, and threads for looking things up."""

import threading
from collections.abc import Callable, Sequence
from typing import Any

from PyQt6.QtCore import QObject, QProcess, QProcessEnvironment, pyqtSignal


class Child(QObject):
    """One process whose words are listened to."""

    said = pyqtSignal(str)  # each line of standard output, as it comes
    ended = pyqtSignal(int, str, str)  # exit code (-1: could not begin, or died), standard output, standard error

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._process: QProcess | None = None
        self._typed: str | None = None
        self._heard = self._line = b""  # all of it; what has no end of a line yet

    @property
    def runs(self) -> bool:
        """Is it under way?"""
        return self._process is not None

    def start(self, python: str, arguments: Sequence[str], typed: str | None = None) -> None:
        """Begin; `ended` comes exactly once. What is `typed` stands in no list of processes, and nothing follows it;
        with None standard input stays open until `let_go`.
        """
        process = self._process = QProcess(self)
        self._typed, self._heard, self._line = typed, b"", b""
        around = QProcessEnvironment.systemEnvironment()
        around.insert("PYTHONIOENCODING", "utf-8")  # also on Windows, whose own would be another one
        process.setProcessEnvironment(around)
        process.started.connect(self._type)
        process.readyReadStandardOutput.connect(self._listen)
        process.finished.connect(self._finished)
        process.errorOccurred.connect(self._failed)
        process.start(python, list(arguments))

    def let_go(self) -> None:
        """Tell a process that waits for it that its end has come; how long that takes is its own affair."""
        if self._process:
            self._process.closeWriteChannel()

    def _type(self) -> None:
        if self._process and self._typed is not None:
            self._process.write(self._typed.encode())
            self._process.closeWriteChannel()
        self._typed = None

    def _listen(self) -> None:
        if self._process:
            new = _bytes(self._process.readAllStandardOutput())
            self._heard += new
            *lines, self._line = (self._line + new).split(b"\n")
            for line in lines:
                self.said.emit(line.decode("utf-8", "replace").rstrip("\r"))

    def _failed(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart:
            self._finished(-1, QProcess.ExitStatus.CrashExit)

    def _finished(self, code: int, how: QProcess.ExitStatus) -> None:
        self._listen()
        process, self._process = self._process, None
        if process is None:
            return
        out, err = (said.decode("utf-8", "replace") for said in (self._heard, _bytes(process.readAllStandardError())))
        process.deleteLater()
        self.ended.emit(code if how == QProcess.ExitStatus.NormalExit else -1, out, err)


def _bytes(said: Any) -> bytes:
    return bytes(said)


class Question(QObject):
    """Something to find out in a thread; only the answer to the last question counts."""

    answered = pyqtSignal(object)
    _came = pyqtSignal(int, object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._last = 0
        self._came.connect(self._tell)

    def ask(self, find_out: Callable[[], Any]) -> None:
        """Begin to find out."""
        self._last += 1
        threading.Thread(target=self._find_out, args=(self._last, find_out), daemon=True).start()

    def forget(self) -> None:
        """The answer is not wanted any more."""
        self._last += 1

    def _find_out(self, number: int, find_out: Callable[[], Any]) -> None:
        try:
            answer = find_out()
        except Exception as error:  # a thread that dies silently would leave somebody waiting
            answer = error
        try:
            self._came.emit(number, answer)
        except RuntimeError:  # the window is gone
            return

    def _tell(self, number: int, answer: object) -> None:
        if number == self._last:
            self.answered.emit(answer)
