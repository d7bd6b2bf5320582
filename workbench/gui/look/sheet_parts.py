"""The text of the style sheet, in parts; ``$name`` is a token, ``$p8`` eight scaled pixels."""

from __future__ import annotations

GROUND = """
QMainWindow, QDialog { background: $window; }
QToolTip { background: $raised; color: $text; border: 1px solid $border_strong; padding: $p4 $p6; }
QMainWindow::separator { background: $border; width: 1px; height: 1px; }
QSplitter::handle { background: $border; }
QSplitter::handle:hover { background: $accent; }
QFrame[look="bar"] { background: $panel; border: none; border-bottom: 1px solid $border; }
QFrame[look="rail"] { background: $window; border: none; border-right: 1px solid $border; }
QFrame[look="status"] { background: $panel; border: none; border-top: 1px solid $border; }
QFrame[look="foot"] { background: $panel; border: none; border-top: 1px solid $border; }
QFrame[look="field"] { background: $input; border: 1px solid $border_strong; border-radius: $p5; }
QFrame[look="field"][focused="true"] { border: 2px solid $accent; }
QFrame[look="side"] { background: $panel; border: none; border-left: 1px solid $border; }
QFrame[look="fault"][on="true"] { background: $tint_warn; }
QFrame[look="panel"] { background: $panel; border: none; }
QFrame[look="card"] { background: $panel; border: 1px solid $border; border-radius: $p6; }
QFrame[look="rule"] { background: $border; border: none; min-height: 1px; max-height: 1px; }
QFrame[look="rise"] { background: $border; border: none; min-width: 1px; max-width: 1px; }
QFrame[look="sheet"] { background: $panel; border: 1px solid $border_strong; border-radius: $p6; }
QFrame[look="note"] { background: $raised; border: 1px solid $border; border-radius: $p6; }
QFrame[look="toast"] { background: $raised; border: 1px solid $border_strong; border-radius: $p6; }
QFrame[look="banner-error"] {
  background: $tint_error; border: 1px solid $error; border-radius: $p6; }
QFrame[look="banner-warn"] { background: $tint_warn; border: 1px solid $warn; border-radius: $p6; }
QFrame[look="banner-info"] { background: $tint_info; border: 1px solid $info; border-radius: $p6; }
"""

LABELS = """
QLabel { background: transparent; color: $text; }
QLabel[look="title"] { font-size: $p26; font-weight: 600; }
QLabel[look="heading"] { font-size: $p15; font-weight: 600; }
QLabel[look="card-title"] { font-size: $p14; font-weight: 600; }
QLabel[look="strong"] { font-weight: 600; }
QLabel[look="lead"] { font-size: $p14; color: $text2; }
QLabel[look="second"] { font-size: $p13; color: $text2; }
QLabel[look="second"][state="ok"] { color: $ok; }
QLabel[look="second"][state="warn"] { color: $warn; }
QLabel[look="third"] { font-size: $p12; color: $text3; }
QLabel[look="small"] { font-size: $p12; color: $text2; }
QLabel[look="error"] { font-size: $p12; color: $error; }
QLabel[look="code"] { font-family: "JetBrains Mono"; font-size: $p12; color: $text2; }
QLabel[look="chip"] {
  font-size: $p12; font-weight: 500; border: 1px solid $border; border-radius: $p4;
  padding: 1px $p6; color: $text2; background: transparent; }
QLabel[look="chip"][state="ok"] { color: $ok; background: $tint_ok; border-color: $ok; }
QLabel[look="chip"][state="warn"] { color: $warn; background: $tint_warn; border-color: $warn; }
QLabel[look="chip"][state="error"] { color: $error; background: $tint_error; border-color: $error; }
QLabel[look="chip"][state="info"] { color: $info; background: $tint_info; border-color: $info; }
QLabel[look="key"] {
  font-size: $p11; color: $text2; background: $raised; border: 1px solid $border;
  border-radius: $p3; padding: 0 $p5; }
"""

BUTTONS = """
QPushButton, QToolButton {
  background: $raised; color: $text; border: 1px solid $border; border-radius: $p5;
  padding: 0 $p11; min-height: $p28; font-weight: 500; outline: none; }
QPushButton:hover, QToolButton:hover { background: $hover; }
QPushButton:pressed, QToolButton:pressed, QPushButton:checked, QToolButton:checked {
  background: $selection; border-color: $accent; }
QPushButton:disabled, QToolButton:disabled { color: $text3; }
QPushButton[look="primary"] {
  background: $accent_fill; color: $on_accent; border-color: $accent_fill; font-weight: 600; }
QPushButton[look="primary"]:hover { border-color: $accent; }
QPushButton[look="primary"]:disabled {
  background: $raised; color: $text3; border-color: $border; }
QPushButton[look="danger"], QToolButton[look="danger"] { color: $error; border-color: $error; }
QPushButton[look="danger"]:disabled { color: $text3; border-color: $border; }
QPushButton[look="quiet"], QToolButton[look="quiet"] {
  background: transparent; border-color: transparent; }
QPushButton[look="quiet"]:hover, QToolButton[look="quiet"]:hover { background: $hover; }
QPushButton[look="link"] {
  background: transparent; border: none; color: $accent; padding: 0; min-height: $p24; }
QPushButton[look="link"]:hover { text-decoration: underline; }
QPushButton[small="true"], QToolButton[small="true"] {
  min-height: $p24; padding: 0 $p8; font-size: $p12; }
QPushButton[look="link"][small="true"] { padding: 0; }
QPushButton[look="segment"], QToolButton[look="segment"] {
  border-radius: 0; border-color: $border_strong; background: transparent; }
QPushButton[look="segment"][edge="first"] {
  border-top-left-radius: $p5; border-bottom-left-radius: $p5; }
QPushButton[look="segment"][edge="last"] {
  border-top-right-radius: $p5; border-bottom-right-radius: $p5; border-left: none; }
QPushButton[look="segment"][edge="middle"] { border-left: none; }
QPushButton[look="primary"][tall="true"] { min-height: $p24; padding: $p7 $p20; font-size: $p14; }
QPushButton[look="segment"]:checked, QToolButton[look="segment"]:checked {
  background: $selection; border-color: $accent; }
QPushButton[arrow="true"] { padding-right: $p28; }
QPushButton[counted="true"] { text-align: left; }
QPushButton[strong="true"] { font-weight: 600; padding-left: $p8; }
QPushButton[narrow="true"] { padding-left: $p8; padding-right: $p8; }
QPushButton[narrow="true"][arrow="true"] { padding-right: $p26; text-align: left; }
QToolButton[square="true"] { padding: 0; min-width: $p26; min-height: $p26; }
QToolButton::menu-indicator, QPushButton::menu-indicator { image: none; width: 0; }
QToolButton::menu-button { border: none; width: $p20; }
QToolButton::menu-arrow { image: url($arrow); width: $p10; height: $p10; }
QCheckBox, QRadioButton { color: $text; spacing: $p8; outline: none; }
QCheckBox::indicator, QRadioButton::indicator {
  width: $p14; height: $p14; border: 1px solid $border_strong; background: $input; }
QCheckBox::indicator { border-radius: $p3; }
QRadioButton::indicator { border-radius: $p7; }
QCheckBox::indicator:checked, QRadioButton::indicator:checked {
  background: $accent; border: $p3 solid $input; outline: 1px solid $accent; }
"""

FIELDS = """
QLineEdit, QPlainTextEdit, QTextEdit, QComboBox, QAbstractSpinBox {
  background: $input; color: $text; border: 1px solid $border_strong; border-radius: $p5;
  selection-background-color: $accent_fill; selection-color: $on_accent; }
QLineEdit, QComboBox, QAbstractSpinBox { min-height: $p26; padding: 0 $p8; }
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus, QComboBox:focus, QAbstractSpinBox:focus {
  border: 2px solid $accent; }
QLineEdit:focus, QComboBox:focus, QAbstractSpinBox:focus { min-height: $p24; padding: 0 $p7; }
QPlainTextEdit[look="code"], QPlainTextEdit[look="code"]:focus { border: none; border-radius: 0; }
QLineEdit[wrong="true"] { border-color: $error; }
QLineEdit[look="bare"], QLineEdit[look="bare"]:focus {
  border: none; background: transparent; padding: 0; min-height: $p24; }
QComboBox::drop-down { border: none; width: $p22; }
QComboBox::down-arrow { image: url($arrow); width: $p12; height: $p12; }
QComboBox QAbstractItemView { background: $raised; border: 1px solid $border_strong; }
"""

LISTS = """
QAbstractItemView {
  background: $panel; border: none; outline: none; selection-background-color: $selection;
  selection-color: $text; }
QHeaderView { background: $panel; border: none; }
QHeaderView::section {
  background: $panel; color: $text2; font-size: $p12; border: none;
  border-bottom: 1px solid $border; padding: 0 $p8; min-height: $p26; }
QTableView::item { padding: 0 $p8; }
QScrollBar:vertical { background: transparent; width: $p10; margin: 0; }
QScrollBar:horizontal { background: transparent; height: $p10; margin: 0; }
QScrollBar::handle {
  background: $border; border-radius: $p3; margin: $p2; min-height: $p24; min-width: $p24; }
QScrollBar::handle:hover { background: $border_strong; }
QScrollBar::add-line, QScrollBar::sub-line, QScrollBar::add-page, QScrollBar::sub-page {
  background: transparent; border: none; width: 0; height: 0; }
QScrollArea, QWidget#qt_scrollarea_viewport, QWidget#body {
  background: transparent; border: none; }
QTabBar { background: transparent; border: none; }
QTabBar::tab {
  background: transparent; color: $text2; border: none; border-bottom: 2px solid transparent;
  padding: $p8 $p12; }
QTabBar::tab:selected { color: $text; border-bottom-color: $accent; font-weight: 600; }
QTabBar::tab:hover { color: $text; }
QSlider::groove:horizontal { background: $border; height: $p4; border-radius: $p2; }
QSlider::sub-page:horizontal { background: $border_strong; border-radius: $p2; }
QSlider::handle:horizontal {
  background: $text2; border: 2px solid $panel; width: $p12; height: $p12; margin: -$p6 0;
  border-radius: $p7; }
QSlider::handle:horizontal:focus { background: $accent; }
QFrame[on="true"] QSlider::sub-page:horizontal { background: $accent; }
QProgressBar { background: $raised; border: none; border-radius: $p3; max-height: $p6; }
QProgressBar::chunk { background: $accent; border-radius: $p3; }
"""

MENUS = """
QMenuBar {
  background: $window; color: $text2; border-bottom: 1px solid $border; padding: $p1 $p6;
  spacing: 0; }
QMenuBar::item { background: transparent; padding: $p5 $p9; border-radius: $p4; }
QMenuBar::item:selected, QMenuBar::item:pressed { background: $hover; color: $text; }
QMenu { background: $raised; color: $text; border: 1px solid $border_strong; padding: $p4 0; }
QMenu::item { padding: $p5 $p24 $p5 $p12; }
QMenu::item:selected { background: $selection; color: $text; }
QMenu::item:disabled { color: $text3; }
QMenu::separator { height: 1px; background: $border; margin: $p4 0; }
QMenu::icon { padding-left: $p10; }
"""

PARTS = (GROUND, LABELS, BUTTONS, FIELDS, LISTS, MENUS)
