"""What takes time goes on behind the window, which stays alive: other processes, and threads for looking things up."""

import threading
from collections.abc import Callable, Sequence
from typing import Any

from PyQt6.QtCore import QObject, QProcess, pyqtSignal


class Child(QObject):
    """One process whose words are listened to."""

    ended = pyqtSignal(int, str, str)  # exit code (-1: could not begin, or died), standard output, standard error

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._process: QProcess | None = None

    @property
    def runs(self) -> bool:
        """Is it under way?"""
        return self._process is not None

    def start(self, python: str, arguments: Sequence[str]) -> None:
        """Begin; `ended` comes exactly once."""
        process = self._process = QProcess(self)
        process.finished.connect(self._finished)
        process.errorOccurred.connect(self._failed)
        process.start(python, list(arguments))

    def _failed(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart:
            self._finished(-1, QProcess.ExitStatus.CrashExit)

    def _finished(self, code: int, how: QProcess.ExitStatus) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        out, err = (_text(said) for said in (process.readAllStandardOutput(), process.readAllStandardError()))
        process.deleteLater()
        self.ended.emit(code if how == QProcess.ExitStatus.NormalExit else -1, out, err)


def _text(said: Any) -> str:
    return bytes(said).decode("utf-8", "replace")


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
