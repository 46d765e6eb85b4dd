# SPDX-License-Identifier: GPL-3.0-or-later
"""The table: a quiet head, rows of 40 px between hairlines, chips for states, a note for a row that differs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QEvent, QModelIndex, QPersistentModelIndex, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
)
from typing_extensions import override

from desk_app.ui.theme import TABLE, Look, current_look, dress
from desk_app.ui.widgets.label import ink_of
from desk_app.ui.widgets.marks import chip_colors
from desk_app.ui.widgets.painting import CELL_PADDING, LEFT, RIGHT, draw_box, draw_text

_HEAD = 36
_Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class Column:
    """One column: title, width in px (0 takes the room that is left), and whether it is aligned to the right."""

    title: str
    width: int
    right: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: its text, its ink, its weight; ``chip`` is the tone of a chip around the text."""

    text: str
    tone: str = "ink"
    bold: bool = False
    chip: str = ""
    caption: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One row; ``key`` names it when it is chosen, ``note`` makes it an amber note."""

    key: str
    cells: tuple[Cell, ...]
    note: bool = False


class _Model(QAbstractTableModel):
    """The rows for the view; texts only, the delegate paints them."""

    def __init__(self) -> None:
        super().__init__()
        self.columns: tuple[Column, ...] = ()
        self.rows: tuple[Row, ...] = ()

    def show(self, columns: Sequence[Column], rows: Sequence[Row]) -> None:
        """Change everything at once."""
        self.beginResetModel()
        self.columns, self.rows = tuple(columns), tuple(rows)
        self.endResetModel()

    @override
    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self.rows)

    @override
    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self.columns)

    @override
    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self.rows[index.row()].cells[index.column()].text
        return None

    @override
    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.columns[section].title
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return RIGHT if self.columns[section].right else LEFT
        return None


class _Painter(QStyledItemDelegate):
    """Paints cells: hairline below, chip or text, and the row that is chosen or differs."""

    def __init__(self, model: _Model) -> None:
        super().__init__()
        self._model = model

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        look = current_look()
        row = self._model.rows[index.row()]
        cell = row.cells[index.column()]
        rect = QRectF(option.rect)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        if chosen or row.note:
            painter.fillRect(rect, look.color("accent_tint") if chosen else look.theme.family("hold").tint)
        painter.fillRect(QRectF(rect.left(), rect.bottom() - 1, rect.width(), 1), look.color("line"))
        room = rect.adjusted(CELL_PADDING, 0, -CELL_PADDING, 0)
        if cell.chip:
            _paint_chip(painter, look, room, cell)
        else:
            painter.setFont(look.font("caption" if cell.caption else "body", bold=cell.bold))
            painter.setPen(ink_of(cell.tone))
            draw_text(painter, room, cell.text, RIGHT if self._model.columns[index.column()].right else LEFT)
        painter.restore()


def _paint_chip(painter: QPainter, look: Look, room: QRectF, cell: Cell) -> None:
    ground, edge, ink = chip_colors(look, cell.chip)
    painter.setFont(look.font("caption", bold=cell.chip != "plain"))
    height = look.size("chip")
    width = min(painter.fontMetrics().horizontalAdvance(cell.text) + 16, room.width())
    box = QRectF(room.left(), room.center().y() - height / 2, width, height)
    draw_box(painter, box, look.size("radius_keycap"), ground, edge)
    painter.setPen(ink)
    draw_text(painter, box.adjusted(8, 0, -6, 0), cell.text, LEFT)


class _Head(QHeaderView):
    """The head: titles in caption bold in line with their cells, and a hairline below."""

    def __init__(self, model: _Model) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self._model = model
        self.setFixedHeight(_HEAD)
        self.setSectionsClickable(False)
        self.setMinimumSectionSize(24)

    @override
    def paintSection(self, painter: QPainter, rect: QRect, logicalIndex: int) -> None:
        look = current_look()
        column = self._model.columns[logicalIndex]
        box = QRectF(rect)
        painter.fillRect(QRectF(box.left(), box.bottom() - 1, box.width(), 1), look.color("line"))
        painter.setFont(look.font("caption", bold=True))
        painter.setPen(look.color("ink2"))
        room = box.adjusted(CELL_PADDING, 0, -CELL_PADDING, 0)
        draw_text(painter, room, column.title, RIGHT if column.right else LEFT)


class DataTable(QTableView):
    """A table for reading; a row is chosen by arrows or a click and opened by Enter or a double click."""

    row_chosen = Signal(str)
    row_opened = Signal(str)

    def __init__(self, name: str = "") -> None:
        super().__init__()
        dress(self, TABLE)
        self._rows = _Model()
        self._delegate = _Painter(self._rows)
        self.setModel(self._rows)
        self.setItemDelegate(self._delegate)
        self.setAccessibleName(name)
        self._build_view()
        self._build_head()
        self.selectionModel().currentRowChanged.connect(self._chosen)
        self.activated.connect(lambda index: self.row_opened.emit(self._rows.rows[index.row()].key))

    def _build_view(self) -> None:
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.setMouseTracking(True)

    def _build_head(self) -> None:
        self.setHorizontalHeader(_Head(self._rows))
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(current_look().size("row_list"))

    def show_rows(self, columns: Sequence[Column], rows: Sequence[Row]) -> None:
        """Show these columns and rows; the chosen row stays chosen when it is still there."""
        kept = self.chosen_key
        self._rows.show(columns, rows)
        head = self.horizontalHeader()
        for number, column in enumerate(columns):
            fixed = QHeaderView.ResizeMode.Fixed if column.width else QHeaderView.ResizeMode.Stretch
            head.setSectionResizeMode(number, fixed)
            if column.width:
                head.resizeSection(number, column.width)
        self.choose(kept)

    @property
    def rows(self) -> tuple[Row, ...]:
        """The rows shown."""
        return self._rows.rows

    @property
    def chosen_key(self) -> str:
        """The key of the chosen row, "" when none is."""
        index = self.currentIndex()
        return self._rows.rows[index.row()].key if index.isValid() else ""

    def choose(self, key: str) -> None:
        """Choose the row of a key; nothing happens when there is none."""
        for number, row in enumerate(self._rows.rows):
            if key and row.key == key:
                self.selectRow(number)

    def _chosen(self, current: QModelIndex, _before: QModelIndex) -> None:
        if current.isValid():
            self.row_chosen.emit(self._rows.rows[current.row()].key)

    @override
    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.StyleChange:
            self.verticalHeader().setDefaultSectionSize(current_look().size("row_list"))
        super().changeEvent(event)
