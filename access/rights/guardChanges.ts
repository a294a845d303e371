/**
 * What a change does besides giving and taking rights: it lifts or puts up a gate, or says that somebody is somebody
 * else. None of it is a right, and each of it decides who has one: two approvals fewer, a production that is no
 * longer restricted, an e-mail address that makes another account "ana".
 */
import type { Exception } from "../exceptions";
import type { Model, Settings } from "../model";
import { compare } from "../problem";
import { groupOf, targetOf } from "../tree";
import { restrictedIn } from "./difference";
import { placedNow } from "./places";
import { subjects, type Class, type GuardChange } from "./guards/class";
import { modelClasses } from "./guards/model";
import { exceptionClasses, settingsClasses } from "./guards/settings";
import { renamesBetween, saidIn, type Renames } from "./renames";

export type { GuardChange };

/** All that files say of one stack. */
export interface Declaration {
  readonly model: Model;
  readonly settings: Settings;
  readonly exceptions: readonly Exception[];
}

/** Sorted by what they are about, then by what changes. */
export function guardChangesOf(then: Declaration, after: Declaration): GuardChange[] {
  const renames = renamesBetween(then.model, after.model);
  const before = placedNow(saidIn(then, renames, groupOf), after);
  const scope = {
    controls: new Set([...controlsOf(before), ...controlsOf(after)]),
    restricted: restrictedIn([before.model, after.model]),
  };
  const changes = <T>(of: Class<T>, part: (declaration: Declaration) => T) =>
    of(part(before), part(after), { name: "", asks: [] });
  return [
    ...changes(modelClasses(scope), ({ model }) => model),
    ...changes(settingsClasses, ({ settings }) => settings),
    ...changes(exceptionClasses, ({ exceptions }) => exceptions),
    ...claimsIn(renames, [before, after], "after"),
  ].sort((a, b) => subjects.indexOf(a.about) - subjects.indexOf(b.about) || compare(a.what, b.what));
}

/**
 * Where Keycloak owns the people, a file renames nobody: it says that somebody there is somebody else.
 *
 * @param by whose names say whom it is about
 */
export function claimsIn(
  { person }: Renames,
  declarations: readonly Declaration[],
  by: "before" | "after",
): GuardChange[] {
  if (declarations.every(({ settings }) => settings.keycloak.people === "declared")) return [];
  return [...person].map(([before, after]) => {
    const who = { before, after }[by];
    return { about: "identity", what: `user name of ${who}`, who, before, after, weaker: true };
  });
}

/** The repositories that steer everything: those that the file names, and the runner. */
export function controlsOf({ model, settings }: Pick<Declaration, "model" | "settings">): string[] {
  const runners = model.repositories.filter(({ slug }) => slug === settings.rotation.runner);
  return [...model.control, ...runners.map(targetOf)];
}
