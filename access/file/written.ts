/** Our files as they are written, as far as they can be read: for commands that change them. */
import { accessFile, exceptionsFile } from "../dataFiles";
import { InvalidAccess } from "../problem";
import { accessSchema, type AccessFile } from "./schema";
import { readYaml, type Source } from "./source";

export interface Written<T> {
  readonly data: T;
  readonly place: Source["place"];
}

const forgiving = accessSchema("forgiving");

/** @throws InvalidAccess if the text is no YAML */
export function writtenAccess(text: string): Written<AccessFile> {
  const { value, place } = valueOf(text, accessFile);
  return { data: forgiving.parse(value ?? {}), place };
}

/** @throws InvalidAccess if the text is no YAML */
export function writtenExceptions(
  text: string,
): Written<readonly Readonly<Record<string, string | undefined>>[]> {
  const { value, place } = valueOf(text, exceptionsFile);
  const { exceptions } = (value ?? {}) as { exceptions?: unknown };
  return { data: Array.isArray(exceptions) ? exceptions : [], place };
}

function valueOf(text: string, file: string) {
  const { source, value, problems } = readYaml(text, file);
  if (problems.length > 0) throw new InvalidAccess(problems);
  return { value, place: source.place };
}
