/**
 * Environments that are there already where one is to be made. To Bitbucket names are one that differ in case only, and it
 * makes some by itself (Test, Staging, Production). One of the declared type and gate is taken over as it is.
 */
import { environmentTypeNames, shown, type DesiredDeployment, type Model } from "../../access";
import type { Refusal, Words } from "./refusal";
import type { Seen, SeenEnvironment } from "./workspace";

export interface Encounters {
  readonly refusals: readonly Refusal[];
  /** A line each. */
  readonly takenOver: readonly string[];
}

/** @param news what is declared, and not yet made by this stack */
export function environmentEncounters(
  model: Model,
  news: readonly DesiredDeployment[],
  { environments }: Seen,
): Encounters {
  const refusals: Refusal[] = [];
  const takenOver: string[] = [];
  for (const declared of news) {
    const { repository, environment } = declared;
    const there = environments.get(repository)?.find((one) => isSameName(one.name, environment));
    if (there === undefined) continue;
    const words = differenceOf(declared, there);
    if (words === undefined) {
      takenOver.push(`environment ${there.name} of repository ${repository}, as ${environment}`);
      continue;
    }
    const index = model.repositories.findIndex(({ slug }) => slug === repository);
    const at = [
      "repositories",
      index,
      "deploys",
      model.repositories[index]?.deploys.indexOf(environment) ?? 0,
    ];
    refusals.push({ in: "access", at, ...words });
  }
  return { refusals, takenOver };
}

function isSameName(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

function differenceOf(declared: DesiredDeployment, there: SeenEnvironment): Words | undefined {
  const type = environmentTypeNames[declared.type];
  const present = `environment ${shown(there.name)} of repository ${declared.repository}, which is there already`;
  if (there.type !== type)
    return {
      found: `${present}, of the type ${there.type}`,
      allowed: type,
      fix: "declare its type, or remove it in Bitbucket: a type cannot change",
    };
  if (there.adminOnly === declared.restricted) return undefined;
  const gate = (isRestricted: boolean) =>
    isRestricted ? "for administrators only" : "for everybody who writes";
  return {
    found: `${present}, ${gate(there.adminOnly)}`,
    allowed: gate(declared.restricted),
    fix: `change it in Bitbucket, or declare "restricted: ${String(there.adminOnly)}"`,
  };
}
