/**
 * Writes changes of the data into the text. What an anchor shares is written out where the two would differ from then on:
 * an alias of something that goes or changes, an alias or a merge that leads to what is to change.
 */
import { isAlias, isMap, isNode, isPair, isScalar, isSeq, parseDocument, visit } from "yaml";
import type { Alias, Document, Node, YAMLMap } from "yaml";
import { afterAt, partsOf, same, type Change } from "./change";
import { entryOf, isMerge, nameOf, reading, type Collection } from "./nodes";
import { entrySplices, firstPair, flow, headerOf, newPair, pairText, spliced } from "./splice";
import type { Fates, Splice } from "./splice";
import type { Path } from "./source";

/**
 * The text with the changes, or something else: the caller compares what it means.
 *
 * @param data what the text says
 */
export function written(text: string, data: unknown, changes: readonly Change[]): string {
  const parts = changes.flatMap((change) => partsOf(data, change));
  const writing = new Writing(text, data, parts);
  for (const part of parts) writing.follow(part);
  return spliced(text, writing.splices());
}

/** The merge that a node stands in: its map, and which entry. */
interface Merge {
  readonly map: YAMLMap;
  readonly index: number;
}

/** An alias, and where its value is in the data. */
interface Use {
  readonly alias: Alias;
  readonly target: Node | undefined;
  readonly path: Path;
  readonly isKey: boolean;
  readonly merge: Merge | undefined;
}

class Writing {
  private readonly document: Document;
  private readonly uses: Use[] = [];
  private readonly anchors = new Map<string, Node>();
  private readonly paths = new Map<unknown, Path>();
  private readonly headers = new Map<unknown, number>();
  /** What changes, and all around it. */
  private readonly touched = new Set<unknown>();
  /** What is no longer there. */
  private readonly gone = new Set<unknown>();
  /** Aliases that lead to a change. */
  private readonly reached = new Set<unknown>();
  private readonly fates = new Map<Collection, Fates>();
  /** What collections become that lose every entry. */
  private readonly emptied = new Map<Collection, string>();
  private readonly values = new Map<Node, string>();
  private readonly puts: Splice[] = [];

  constructor(
    private readonly text: string,
    private readonly data: unknown,
    private readonly parts: readonly Change[],
  ) {
    this.document = parseDocument(text, { ...reading, keepSourceTokens: true, logLevel: "silent" });
    this.walk(this.document.contents, [], undefined);
  }

  /** Notes a part of a change. */
  follow({ at, become }: Change): void {
    let node: unknown = this.document.contents;
    for (const [depth, segment] of at.entries()) {
      this.touched.add(node);
      if (isAlias(node)) {
        this.reached.add(node);
        return;
      }
      const entry = entryOf(this.document, node, segment);
      if (entry?.merged) {
        this.writeOutMerge({ map: node as YAMLMap, index: entry.index });
        return;
      }
      if (entry === undefined) {
        this.add(node, at.slice(depth), become[0]);
        return;
      }
      if (depth < at.length - 1) node = entry.value;
      else this.change(node as Collection, entry, become);
    }
  }

  splices(): Splice[] {
    while (this.uses.some((use) => this.writeOut(use)));
    const here = ([node]: readonly [unknown, unknown]) => !this.gone.has(node);
    const values = [...this.values].filter(here).map(([node, put]): Splice => {
      const [from = 0, to = 0] = node.range ?? [];
      const length = this.text.slice(from, to).trimEnd().length;
      return { from, to: from + length, put: length === 0 ? ` ${put}` : put };
    });
    const entries = [...this.fates].filter(here).flatMap(([collection, fates]) => {
      const emptied = this.emptied.get(collection) ?? (isMap(collection) ? "{}" : "[]");
      return entrySplices(this.text, collection, fates, this.headers.get(collection) ?? 0, emptied);
    });
    return [...values, ...entries, ...this.puts];
  }

  private walk(node: unknown, path: Path, merge: Merge | undefined): void {
    if (isAlias(node)) this.use(node, path, merge);
    else this.note(node, merge ? undefined : path);
    if (isSeq(node))
      for (const [index, item] of node.items.entries()) {
        this.headers.set(item, headerOf(node, index));
        this.walk(item, [...path, index], merge);
      }
    if (!isMap(node)) return;
    for (const [index, pair] of node.items.entries()) {
      const { key, value } = pair;
      const within = merge ?? (isMerge(pair) ? { map: node, index } : undefined);
      if (isAlias(key)) this.use(key, path, within, true);
      else if (isScalar(key) && key.anchor !== undefined) this.anchors.set(key.anchor, key);
      this.headers.set(value, headerOf(node, index));
      this.walk(value, within ? path : [...path, nameOf(this.document, key) ?? ""], within);
    }
  }

  private note(node: unknown, path: Path | undefined): void {
    if (path) this.paths.set(node, path);
    if (isNode(node) && !isAlias(node) && node.anchor !== undefined) this.anchors.set(node.anchor, node);
  }

  private use(alias: Alias, path: Path, merge: Merge | undefined, isKey = false): void {
    this.uses.push({ alias, target: this.anchors.get(alias.source), path, isKey, merge });
  }

  private change(
    collection: Collection,
    { index, value }: { index: number; value: unknown },
    become: Change["become"],
  ): void {
    const { become: texts, after } = this.fatesOf(collection);
    const [first, ...more] = become;
    if (more.length > 0) after.set(index, more.map(flow));
    else if (become.length > 0) this.replace(value, first);
    else {
      texts.set(index, []);
      this.end(collection.items[index]);
    }
  }

  private replace(node: unknown, value: unknown): void {
    this.end(node);
    if ((isMap(node) || isSeq(node)) && !node.flow) {
      for (const index of node.items.keys()) this.fatesOf(node).become.set(index, []);
      this.emptied.set(node, flow(value));
    } else if (isNode(node)) this.values.set(node, flow(value));
    // What it has become is there, unlike what was within it.
    this.gone.delete(node);
  }

  private add(map: unknown, keys: Path, value: unknown): void {
    if (!isMap(map)) return;
    const names = keys.map(String);
    const last = map.items.length - 1;
    if (last < 0)
      return void this.puts.push(firstPair(this.text, map, this.headers.get(map) ?? 0, names, value));
    const { after } = this.fatesOf(map);
    after.set(last, [...(after.get(last) ?? []), newPair(this.text, map, names, value)]);
  }

  /** @returns whether something more is written out */
  private writeOut({ alias, target, path, isKey, merge }: Use): boolean {
    if (
      this.gone.has(alias) ||
      this.values.has(alias) ||
      !(this.reached.has(alias) || this.touched.has(target))
    )
      return false;
    if (merge !== undefined) this.writeOutMerge(merge);
    else if (isKey) this.values.set(alias, flow(nameOf(this.document, alias)));
    else {
      const after = this.after(path);
      // Both change alike: they go on being one.
      if (
        !this.gone.has(target) &&
        this.paths.has(target) &&
        same(after, this.after(this.paths.get(target) ?? []))
      )
        return false;
      this.values.set(alias, flow(after));
    }
    return true;
  }

  /** In place of a merge, the entries that it brings in. */
  private writeOutMerge({ map, index }: Merge): void {
    const after = this.after(this.paths.get(map) ?? []) as Readonly<Record<string, unknown>>;
    const brought = Object.entries(after).filter(([key]) => {
      const entry = entryOf(this.document, map, key);
      return entry?.merged === true && entry.index === index;
    });
    this.fatesOf(map).become.set(
      index,
      brought.map(([key, value]) => pairText(key, value)),
    );
    this.end(map.items[index]);
  }

  private after(path: Path): unknown {
    return afterAt(this.data, this.parts, path);
  }

  private fatesOf(collection: Collection): Fates {
    const fates = this.fates.get(collection) ?? { become: new Map(), after: new Map() };
    this.fates.set(collection, fates);
    return fates;
  }

  /** Notes that a node, or a pair, and all within it is no longer there. */
  private end(item: unknown): void {
    const nodes = isPair(item) ? [item.key, item.value] : [item];
    for (const node of nodes)
      if (isNode(node))
        visit(node, {
          Node: (_, one) => {
            this.gone.add(one);
            this.touched.add(one);
          },
        });
  }
}
