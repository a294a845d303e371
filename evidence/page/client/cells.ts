/** How the rows of the matrix look: the head, the names, the cells, each where it belongs. */
import type { Holder, Rights } from "../decode";
import type { Column, View } from "../filter";
import { count, el } from "./dom";
import { letterOf, levelName } from "./marks";

/** In pixels, as in the style. */
export const rowHeight = 30;
export const cellWidth = 30;

/** Row 0 is the head, column 0 the names. */
export interface Place {
  readonly row: number;
  readonly column: number;
}

interface Shown {
  readonly column: Column;
  readonly at: number;
}

export class Painter {
  /** @param active the one cell that takes part in the tab order */
  constructor(
    private readonly rights: Rights,
    private readonly view: View,
    private readonly offsets: readonly number[],
    private readonly active: Place,
  ) {}

  head(shown: readonly Shown[]): HTMLElement {
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

  line(holder: Holder, index: number, shown: readonly Shown[]): HTMLElement {
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
}

/** A little room before each project. */
export function offsetsOf(columns: readonly Column[]): number[] {
  let left = 0;
  return columns.map(({ project }, index) => {
    if (index > 0) left += cellWidth + (columns[index - 1]?.project === project ? 0 : projectGap(columns));
    return left;
  });
}

function projectGap(columns: readonly Column[]): number {
  return columns.some(({ label, project }) => label !== project) ? 10 : 0;
}
