/**
 * The model is flat and the file is a tree: a team nested three deep is one entry of a list. A check speaks of
 * the model (`teams[4].owner`); whoever mends the file needs the place in the file. This is the way back.
 */
import type { Problem } from "../problem";
import type { Part, Path, Source } from "./source";

/** Where a problem is: what it has before anything is said about it. */
export type Place = Pick<Problem, "file" | "line" | "column" | "path">;

export class Positions {
  readonly file: string;
  private readonly source: Source | undefined;
  private readonly origins = new Map<string, Path>();

  /** @param source absent where only values are known: then places have no line */
  constructor(file: string, source?: Source) {
    this.file = file;
    this.source = source;
  }

  /** Says that what the model has at `path` comes from `origin` in the file, and all below it likewise. */
  set(path: Path, origin: Path): void {
    this.origins.set(path.join("/"), origin);
  }

  /** The place of what the model has at `path`. */
  at(path: Path, part?: Part): Place {
    const origin = this.originOf(path);
    return { file: this.file, ...this.source?.place(origin, part), path: label(origin) };
  }

  private originOf(path: Path): Path {
    for (let length = path.length; length >= 0; length--) {
      const origin = this.origins.get(path.slice(0, length).join("/"));
      if (origin !== undefined) return [...origin, ...path.slice(length)];
    }
    return path;
  }
}

/** Example: `projects.PAY.protected."release 1"`, `grants[3].on[0]`. */
function label(path: Path): string {
  return path
    .map((segment) => {
      if (typeof segment === "number") return `[${segment}]`;
      return `.${/^[\w:/*-]+$/.test(segment) ? segment : JSON.stringify(segment)}`;
    })
    .join("")
    .replace(/^\./, "");
}
