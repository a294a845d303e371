/** What a stack file says besides the settings of this program: it tells Pulumi, and its plugins, what to do. */
import { parseDocument } from "yaml";
import { canonical } from "../canonical";
import { projectName } from "./settings";

export type Entries = Record<string, unknown>;

/** The settings of this program, and everything else by a key that says where it stands. */
export interface StackFileParts {
  readonly settings: Entries;
  /** Example of a key: `config keycloak:url`, or `secretsprovider`. */
  readonly rest: Entries;
}

/** Of what a parser made of a stack file. */
export function partsOf(content: unknown): StackFileParts {
  const { config, ...rest } = entriesOf(content);
  const parts: { settings: Entries; rest: Entries } = { settings: {}, rest };
  for (const [key, value] of Object.entries(entriesOf(config))) {
    if (key.startsWith(`${projectName}:`)) parts.settings[key.slice(projectName.length + 1)] = value;
    else parts.rest[`config ${key}`] = value;
  }
  return parts;
}

/** Keys of what two texts of a stack file say otherwise, apart from the settings of this program, sorted. */
export function foreignChanges(before = "", after = ""): string[] {
  const [old, now] = [before, after].map(restOf);
  const keys = [...new Set([...Object.keys(old ?? {}), ...Object.keys(now ?? {})])].sort();
  return keys.filter((key) => canonical(old?.[key] ?? null) !== canonical(now?.[key] ?? null));
}

/** A text that means nothing says something else than any other. */
function restOf(text: string): Entries {
  try {
    return partsOf(parseDocument(text).toJS()).rest;
  } catch {
    return { "the whole file": text };
  }
}

export function entriesOf(value: unknown): Entries {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Entries) : {};
}
