/**
 * The matrix: only what is in sight is in the document, so that millions of cells cost no more than a screenful. It is
 * a grid as ARIA means it: one cell takes part in the tab order, arrows move from there, Enter asks why.
 */
import type { Holder, Rights } from "../decode";
import type { Column, View } from "../filter";
import { byId, count, el } from "./dom";
import { letterOf, levelName } from "./marks";

const rowHeight = 30;
const cellWidth = 30;
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
  /** Row 0 is the head, column 0 the names. */
  private active = { row: 1, column: 1 };
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
    const focused = document.activeElement !== null && this.scroller.contains(document.activeElement);
    const shown = columns
      .slice(firstColumn, lastColumn)
      .map((column, index) => ({ column, at: firstColumn + index }));
    const lines = rows
      .slice(firstRow, lastRow)
      .map((holder, index) => this.line(holder, firstRow + index, shown));
    this.body.replaceChildren(this.head(shown), ...lines);
    if (focused) this.focus();
  }

  private head(shown: readonly { column: Column; at: number }[]): HTMLElement {
    const line = el("div", { class: "grid-head", role: "row", "aria-rowindex": 1 });
    line.append(
      el(
        "div",
        { class: "corner", role: "columnheader", "aria-colindex": 1 },
        count(this.view.rows.length, "row"),
      ),
    );
    for (const { column, at } of shown) {
      const isFirst = this.view.columns[at - 1]?.project !== column.project;
      const label =
        column.length > 1 || column.label === column.project
          ? column.label
          : `${column.project}/${column.label}`;
      const cell = el(
        "div",
        {
          class: `column${isFirst ? " first" : ""}`,
          role: "columnheader",
          "aria-colindex": at + 2,
          "data-row": 0,
          "data-column": at + 1,
          tabindex: this.tabindex(0, at + 1),
          "aria-label": label,
          title: label,
        },
        el("span", {}, column.label),
      );
      if (isFirst && column.label !== column.project)
        cell.append(el("b", { "aria-hidden": true }, column.project));
      this.place(cell, at);
      line.append(cell);
    }
    return line;
  }

  private line(holder: Holder, index: number, shown: readonly { column: Column; at: number }[]): HTMLElement {
    const line = el("div", {
      class: `grid-row${index % 2 === 0 ? "" : " odd"}`,
      role: "row",
      "aria-rowindex": index + 2,
    });
    line.style.setProperty("--top", `${index * rowHeight}px`);
    line.append(this.name(holder, index));
    for (const { column, at } of shown) line.append(this.cell(holder, index, column, at));
    return line;
  }

  private name(holder: Holder, index: number): HTMLElement {
    const { who, name, kind, account } = holder;
    const state = account === 2 ? "disabled" : "";
    return el(
      "div",
      {
        class: `who ${kind}${state && " off"}`,
        role: "rowheader",
        "aria-colindex": 1,
        "data-row": index + 1,
        "data-column": 0,
        tabindex: this.tabindex(index + 1, 0),
      },
      el("span", { class: "name" }, name || who),
      el(
        "span",
        { class: "user" },
        [kind === "person" ? name && who : kind, state].filter(Boolean).join(", "),
      ),
    );
  }

  private cell(holder: Holder, index: number, column: Column, at: number): HTMLElement {
    const bits = this.view.bits(holder, column);
    const level = this.rights.level(bits);
    const isImplied = column.length === 1 && !this.isGranted(holder, column, bits, level);
    const isFirst = this.view.columns[at - 1]?.project !== column.project;
    const place = column.label === column.project ? column.label : `${column.project}/${column.label}`;
    const can = bits === 0 ? "nothing" : this.rights.namesOf(bits).reverse().join(", ");
    const cell = el(
      "div",
      {
        class: `cell ${levelName(level)}${isImplied && bits !== 0 ? " implied" : ""}${isFirst ? " first" : ""}`,
        role: "gridcell",
        "aria-colindex": at + 2,
        "aria-label": `${holder.name || holder.who} on ${place}: ${can}`,
        "data-row": index + 1,
        "data-column": at + 1,
        tabindex: this.tabindex(index + 1, at + 1),
        title: bits === 0 ? undefined : `${place}: ${can}`,
      },
      el("span", { "aria-hidden": true }, letterOf(level)),
    );
    this.place(cell, at);
    return cell;
  }

  /** Whether what a cell shows was granted, or only follows. */
  private isGranted(holder: Holder, { first }: Column, bits: number, level: number): boolean {
    return this.rights.level(bits & this.rights.grantedAt(holder.index, first)) === level;
  }

  private place(cell: HTMLElement, at: number): void {
    cell.style.setProperty("--left", `${this.offsets[at] ?? 0}px`);
  }

  private tabindex(row: number, column: number): number {
    return row === this.active.row && column === this.active.column ? 0 : -1;
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

/** A little room before each project. */
function offsetsOf(columns: readonly Column[]): number[] {
  let left = 0;
  return columns.map(({ project }, index) => {
    if (index > 0) left += cellWidth + (columns[index - 1]?.project === project ? 0 : projectGap(columns));
    return left;
  });
}

function projectGap(columns: readonly Column[]): number {
  return columns.some(({ label, project }) => label !== project) ? 10 : 0;
}

function clamp(value: number, least: number, most: number): number {
  return Math.max(Math.min(value, Math.max(least, most)), Math.min(least, most));
}
