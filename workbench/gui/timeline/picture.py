"""A message that is an image, as a picture."""

from __future__ import annotations

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize, Qt
from PySide6.QtGui import QImageReader, QPixmap
from PySide6.QtWidgets import QLabel

from workbench.gui.look.theme import px

WIDEST, HIGHEST = 320, 240


class Picture(QLabel):
    """Shows the file of an image no larger than it is, and nothing where Qt cannot read it."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Picture in the message")
        self.setAlignment(Qt.AlignmentFlag.AlignLeft)
        self.setContentsMargins(px(14), px(4), px(14), px(8))
        self.hide()

    def show_file(self, file: bytes, words: str) -> None:
        """``file`` empty: no picture.  ``words`` say the same to a screen reader."""
        shown = _read(file) if file else QPixmap()
        self.setPixmap(shown)
        self.setAccessibleDescription(words)
        self.setVisible(not shown.isNull())


def _read(file: bytes) -> QPixmap:
    """Scaled down while it is read, so that a large one is never held as a whole."""
    buffer = QBuffer()
    buffer.setData(QByteArray(file))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer)
    size, most = reader.size(), QSize(px(WIDEST), px(HIGHEST))
    if size.isValid() and (size.width() > most.width() or size.height() > most.height()):
        reader.setScaledSize(size.scaled(most, Qt.AspectRatioMode.KeepAspectRatio))
    image = reader.read()
    return QPixmap() if image.isNull() else QPixmap.fromImage(image)
