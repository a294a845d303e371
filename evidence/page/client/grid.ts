/**
 * The matrix: only what is in sight is in the document, so that millions of cells cost no more than a screenful. It is
 * a grid as ARIA means it: one cell takes part in the tab order, arrows move from there, Enter asks why.
 */
import type { Holder, Rights } from "../decode";
import type { Column, View } from "../filter";
import { cellWidth, offsetsOf, Painter, rowHeight, type Place } from "./cells";
import { byId, el } from "./dom";

/** Beyond what is in sight, so that scrolling shows no gaps. */
const spare = 6;

export interface Asked {
  readonly why: (holder: Holder, column: Column) => void;
  readonly about: (holder: Holder) => void;
  readonly place: (column: Column) => void;
}

export class Grid {
  private readonly scroller = byId("grid");
  private readonly body = el("div", { class: "grid-body", role: "presentation" });
  private view: View;
  private active: Place = { row: 1, column: 1 };
  private offsets: number[] = [];
  private waiting = false;
  private drawn = "";

  constructor(
    private readonly rights: Rights,
    view: View,
    private readonly ask: Asked,
  ) {
    this.view = view;
    this.scroller.append(this.body);
    this.scroller.addEventListener("scroll", () => {
      this.later();
    });
    new ResizeObserver(() => {
      this.drawn = "";
      this.later();
    }).observe(this.scroller);
    this.scroller.addEventListener("keydown", (event) => {
      this.move(event);
    });
    this.scroller.addEventListener("click", (event) => {
      const cell = (event.target as Element).closest<HTMLElement>("[data-row]");
      if (cell === null) return;
      this.activate(cell);
      this.open();
    });
    this.show(view);
  }

  show(view: View): void {
    this.view = view;
    this.offsets = offsetsOf(view.columns);
    this.active = { row: Math.min(1, view.rows.length), column: Math.min(1, view.columns.length) };
    const longest = Math.max(0, ...view.columns.map(({ label }) => label.length));
    this.body.style.setProperty("--head", `${Math.min(9.5, 2.6 + longest * 0.46)}rem`);
    this.scroller.scrollTo(0, 0);
    this.scroller.setAttribute("aria-rowcount", String(view.rows.length + 1));
    this.scroller.setAttribute("aria-colcount", String(view.columns.length + 1));
    this.draw(true);
  }

  /** Everything, for paper: without scrolling there is no sight. @returns false where it would not fit */
  unroll(): boolean {
    const { rows, columns } = this.view;
    if (columns.length > 40 || rows.length > 400) return false;
    this.drawRange(0, rows.length, 0, columns.length);
    return true;
  }

  draw(again = false): void {
    const { scrollTop, scrollLeft, clientHeight, clientWidth } = this.scroller;
    const { rows, columns } = this.view;
    const firstRow = Math.max(0, Math.floor(scrollTop / rowHeight) - spare);
    const lastRow = Math.min(rows.length, Math.ceil((scrollTop + clientHeight) / rowHeight) + spare);
    let firstColumn = this.offsets.findIndex((offset) => offset + cellWidth >= scrollLeft);
    firstColumn = Math.max(0, (firstColumn === -1 ? 0 : firstColumn) - spare);
    let lastColumn = this.offsets.findIndex((offset) => offset > scrollLeft + clientWidth);
    lastColumn = Math.min(columns.length, (lastColumn === -1 ? columns.length : lastColumn) + spare);
    const key = [firstRow, lastRow, firstColumn, lastColumn].join();
    if (!again && key === this.drawn) return;
    this.drawn = key;
    this.drawRange(firstRow, lastRow, firstColumn, lastColumn);
  }

  private drawRange(firstRow: number, lastRow: number, firstColumn: number, lastColumn: number): void {
    const { rows, columns } = this.view;
    const width = (this.offsets.at(-1) ?? 0) + (columns.length > 0 ? cellWidth : 0);
    this.body.style.setProperty("--cells", `${width}px`);
    this.body.style.setProperty("--rows", `${rows.length * rowHeight}px`);
    const painter = new Painter(this.rights, this.view, this.offsets, this.active);
    const focused = document.activeElement !== null && this.scroller.contains(document.activeElement);
    const shown = columns
      .slice(firstColumn, lastColumn)
      .map((column, index) => ({ column, at: firstColumn + index }));
    const lines = rows
      .slice(firstRow, lastRow)
      .map((holder, index) => painter.line(holder, firstRow + index, shown));
    this.body.replaceChildren(painter.head(shown), ...lines);
    if (focused) this.focus();
  }

  private move(event: KeyboardEvent): void {
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      this.open();
      return;
    }
    const { row, column } = this.active;
    const [lastRow, lastColumn] = [this.view.rows.length, this.view.columns.length];
    const page = Math.max(1, Math.floor(this.scroller.clientHeight / rowHeight) - 2);
    const moves: Record<string, [number, number]> = {
      ArrowUp: [row - 1, column],
      ArrowDown: [row + 1, column],
      ArrowLeft: [row, column - 1],
      ArrowRight: [row, column + 1],
      PageUp: [row - page, column],
      PageDown: [row + page, column],
      Home: [event.ctrlKey ? 0 : row, 0],
      End: [event.ctrlKey ? lastRow : row, lastColumn],
    };
    const to = moves[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const next = { row: clamp(to[0], 0, lastRow), column: clamp(to[1], 0, lastColumn) };
    if (next.row === 0 && next.column === 0) return;
    this.active = next;
    this.reveal();
    this.draw(true);
    this.focus();
  }

  /** Scrolls so that the active cell is clear of the names and of the head. */
  private reveal(): void {
    const { row, column } = this.active;
    const { scroller } = this;
    const head = this.body.querySelector(".grid-head")?.clientHeight ?? 0;
    const names = this.body.querySelector(".corner")?.clientWidth ?? 0;
    if (row > 0) {
      const top = (row - 1) * rowHeight;
      const room = scroller.clientHeight - head - rowHeight;
      scroller.scrollTop = clamp(scroller.scrollTop, top - room, top);
    }
    if (column > 0) {
      const left = this.offsets[column - 1] ?? 0;
      const room = scroller.clientWidth - names - cellWidth;
      scroller.scrollLeft = clamp(scroller.scrollLeft, left - room, left);
    }
  }

  private activate(cell: HTMLElement): void {
    this.active = { row: Number(cell.dataset.row), column: Number(cell.dataset.column) };
    for (const one of this.body.querySelectorAll("[tabindex='0']")) one.setAttribute("tabindex", "-1");
    cell.setAttribute("tabindex", "0");
    cell.focus({ preventScroll: true });
  }

  private focus(): void {
    const { row, column } = this.active;
    this.body
      .querySelector<HTMLElement>(`[data-row='${row}'][data-column='${column}']`)
      ?.focus({ preventScroll: true });
  }

  private open(): void {
    const holder = this.view.rows[this.active.row - 1];
    const column = this.view.columns[this.active.column - 1];
    if (holder && column) this.ask.why(holder, column);
    else if (holder) this.ask.about(holder);
    else if (column) this.ask.place(column);
  }

  private later(): void {
    if (this.waiting) return;
    this.waiting = true;
    requestAnimationFrame(() => {
      this.waiting = false;
      this.draw();
    });
  }
}

function clamp(value: number, least: number, most: number): number {
  return Math.max(Math.min(value, Math.max(least, most)), Math.min(least, most));
}
