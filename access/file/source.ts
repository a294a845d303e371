/**
 * A YAML file that knows where each of its values stands. A value that is wrong is found by its path in the data,
 * and the person who has to mend it needs a line and a column.
 */
import { isMap, isSeq, LineCounter, parseDocument, visit } from "yaml";
import type { Document, YAMLError } from "yaml";
import { longestFile } from "../dataFiles";
import { shown, type Problem } from "../problem";
import { noTextsIn, type NoText } from "./readings";
import { entryOf, isMerge, nameOf, offsetOf, reading, resolved } from "./nodes";
import type { Part, Path } from "./nodes";

export type { Part, Path };

export interface Source {
  readonly file: string;
  /** Line and column (both from 1) of what is at `path`, or of the nearest thing around it that exists. */
  readonly place: (path: Path, part?: Part) => { line: number; column: number };
}

export interface Read {
  readonly source: Source;
  /** The data; undefined where the text is so broken that reading on would only add noise. */
  readonly value?: unknown;
  readonly problems: readonly Problem[];
  /** What stands there without quotes and is perhaps meant as text. */
  readonly noTexts?: readonly NoText[];
}

/**
 * Reads a YAML text. Never throws: what cannot be read is a problem, and so is what would take long: a megabyte takes
 * about three seconds.
 */
export function readYaml(text: string, file: string): Read {
  if (text.length > longestFile) return tooLong(text, file);
  const lines = new LineCounter();
  const source: Source = { file, place: (path, part) => position(lines, nodeOffset(document, path, part)) };
  let document: Document | undefined;
  try {
    document = parseDocument(text, { ...reading, lineCounter: lines });
    // Behind a broken line nearly everything looks broken.
    const telling = [...document.errors.slice(0, 3), ...document.warnings];
    const problems = telling.map((error) => syntaxProblem(error, file, lines));
    problems.push(...repeatedKeys(document, file, lines));
    if (document.errors.length > 0) return { source, problems };
    const unusable = unusableParts(document, file, lines);
    problems.push(...unusable.problems);
    if (unusable.meaningless) return { source, problems };
    return { source, problems, value: document.toJS() as unknown, noTexts: noTextsIn(document) };
  } catch (error) {
    // Nested too deep for the stack, or aliases that multiply.
    const found = `a text that cannot be read: ${error instanceof Error ? error.message.toLowerCase() : "unknown reason"}`;
    return {
      source: { file, place: () => ({ line: 1, column: 1 }) },
      problems: [
        { file, line: 1, column: 1, path: "", found, fix: "write it without deep nesting and aliases" },
      ],
    };
  }
}

function tooLong({ length }: string, file: string): Read {
  const found = `${length.toLocaleString("en")} characters`;
  const allowed = `${longestFile.toLocaleString("en")}, about 30,000 people written a line each`;
  const fix = "leave people to the directory: a team without members is Keycloak's to fill";
  return {
    source: { file, place: () => ({ line: 1, column: 1 }) },
    problems: [{ file, line: 1, column: 1, path: "", found, allowed, fix }],
  };
}

function repeatedKeys(document: Document, file: string, lines: LineCounter): Problem[] {
  const problems: Problem[] = [];
  visit(document, {
    Map: (_, { items }) => {
      const seen = new Set<string>();
      for (const { key } of items) {
        const name = nameOf(document, key);
        if (name === undefined) continue;
        if (seen.has(name)) {
          problems.push({
            file,
            ...position(lines, offsetOf(key) ?? 0),
            path: "",
            found: `the key ${shown(name)} a second time`,
            fix: "keep one of them, under one name",
          });
        }
        seen.add(name);
      }
    },
  });
  return problems;
}

function syntaxProblem(error: YAMLError, file: string, lines: LineCounter): Problem {
  const place = { file, ...position(lines, error.pos[0]), path: "" };
  if (error.code === "MULTIPLE_DOCS") {
    return { ...place, found: "a second document after ---", fix: "keep one document in the file" };
  }
  const reason = error.message.replace(/\s+/g, " ");
  return {
    ...place,
    found: `text that is not YAML: ${reason.charAt(0).toLowerCase()}${reason.slice(1).replace(/\.$/, "")}`,
    fix: "correct the line, often its indentation, a quote or a bracket",
  };
}

/** YAML that has no meaning as a tree of plain data. */
function unusableParts(
  document: Document,
  file: string,
  lines: LineCounter,
): { problems: Problem[]; meaningless: boolean } {
  const problems: Problem[] = [];
  let meaningless = false;
  const add = (node: unknown, found: string, fix: string): void => {
    problems.push({ file, ...position(lines, offsetOf(node) ?? 0), path: "", found, fix });
  };
  visit(document, {
    // JavaScript would take this key for something else and lose what is under it.
    Pair: (_, pair) => {
      if (nameOf(document, pair.key) === "__proto__")
        add(pair.key, 'the key "__proto__"', "use another name");
      if (!isMerge(pair) || isMergeable(document, pair.value)) return;
      meaningless = true;
      add(pair.key, "a merge of what is no map", "write out what is meant");
    },
    Alias: (_, alias, path) => {
      const target = alias.resolve(document);
      const around: readonly unknown[] = path;
      if (target !== undefined && !around.includes(target)) return;
      meaningless = true;
      const why =
        target === undefined ? "which no anchor before it is called" : "inside of what it stands for";
      add(alias, `the alias *${alias.source}, ${why}`, "write out what is meant");
    },
    Node: (_, node, path) => {
      if (path.length < deepest) return undefined;
      meaningless = true;
      add(node, "values nested too deep", "write a flatter file");
      return visit.BREAK;
    },
  });
  return { problems, meaningless };
}

/** Far deeper than anybody nests teams (four steps a level), and far from what a stack can take. */
const deepest = 400;

function position(lines: LineCounter, offset: number): { line: number; column: number } {
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(line, 1), column: Math.max(col, 1) };
}

/** Whether a merge stands for something: a map, an alias of one, or a list of these. */
function isMergeable(document: Document, value: unknown): boolean {
  const merged = resolved(document, value);
  return (isSeq(merged) ? merged.items : [merged]).every((one) => isMap(resolved(document, one)));
}

function nodeOffset(document: Document | undefined, path: Path, part: Part = "value"): number {
  let node = resolved(document, document?.contents);
  let key: unknown;
  for (const [depth, segment] of path.entries()) {
    const next = entryOf(document, node, segment);
    // Nothing there: the key of what should hold it says more than the first thing in it.
    if (next === undefined) return offsetOf(key) ?? offsetOf(node) ?? 0;
    key = next.key;
    const isLast = depth === path.length - 1;
    if (isLast)
      return (part === "key" ? offsetOf(key) : undefined) ?? offsetOf(next.value) ?? offsetOf(key) ?? 0;
    node = resolved(document, next.value);
  }
  return offsetOf(node) ?? 0;
}
