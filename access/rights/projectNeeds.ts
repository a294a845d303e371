/**
 * Whoever administers a project administers what is in it and declared nowhere, too: the repository of `access.yaml`, perhaps.
 */
import type { Known } from "./known";
import type { Part } from "./need";
import type { Model } from "../model";
import { subjectLabel, Tree } from "../tree";
import { isActive } from "../until";
import { meaningOf } from "../vocabulary";

export function projectParts(before: Known, after: Known): Part[] {
  const old = new Set(administrators(before.model, after.asOf).map(({ key }) => key));
  return administrators(after.model, after.asOf)
    .filter(({ key }) => !old.has(key))
    .map(({ key, subject, project }) => ({
      reason: `${subject} administers all of project ${project} from now on`,
      projects: [project],
      gainers: [],
      atoms: [JSON.stringify(["project", key])],
    }));
}

function administrators(model: Model, asOf: Date): { key: string; subject: string; project: string }[] {
  const tree = new Tree(model);
  return model.grants
    .filter((grant) => isActive(grant, asOf))
    .filter(({ can }) => can.some((one) => meaningOf(one, tree.isRestricted).permission === "admin"))
    .flatMap(({ subject, on }) =>
      on
        .filter((target) => tree.projects.has(target))
        .map((project) => ({
          key: `${subjectLabel(subject)}\n${project}`,
          subject: subjectLabel(subject),
          project,
        })),
    );
}
