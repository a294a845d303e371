/** From what was found to a folder: the parts, the page, the worksheet. */
import type { KeyObject } from "node:crypto";
import { partsOf } from "./evidence";
import type { Facts } from "./facts";
import { writeFolder, type Document, type Head } from "./folder";
import type { Manifest } from "./manifest";
import type { Part } from "./part";
import { pageData } from "./page/content";
import { pageFile, pageText } from "./page/page";
import { worksheetFile, worksheetText } from "./worksheet";

export interface Made {
  readonly madeAt: Date;
  readonly commit?: string;
}

/** @param key signs the manifest; undefined: nobody does */
export function produce(facts: Facts, folder: string, made: Made, key: KeyObject | undefined): Manifest {
  const head = headOf(facts, made);
  const parts = partsOf(facts);
  const page = pageOf(facts, head, parts);
  const documents: Document[] = [
    ...(page.ok ? [{ name: pageFile, text: page.text }] : []),
    { name: worksheetFile, text: worksheetText(facts) },
  ];
  return writeFolder(folder, head, page.ok ? parts : [...parts, page.part], documents, key);
}

/** Moments as ISO 8601 in UTC; `commit` is left out where nobody knows it. */
export function headOf({ model, stack, settings, asOf, since }: Facts, { madeAt, commit }: Made): Head {
  return {
    company: model.company,
    stack,
    environment: settings.environment,
    asOf: asOf.toISOString(),
    since: since.toISOString(),
    madeAt: madeAt.toISOString(),
    ...(commit !== undefined && { commit }),
  };
}

/** A company may be too large for a page, and evidence without one is still evidence. */
function pageOf(
  facts: Facts,
  head: Head,
  parts: readonly Part[],
): { readonly ok: true; readonly text: string } | { readonly ok: false; readonly part: Part } {
  try {
    return { ok: true, text: pageText(pageData(facts, head, parts)) };
  } catch (error) {
    const missing = error instanceof Error ? error.message : String(error);
    const part = {
      name: "page",
      title: "Page",
      says: "The same as one page.",
      source: "this run",
      columns: [],
      rows: [],
      missing,
    };
    return { ok: false, part };
  }
}
