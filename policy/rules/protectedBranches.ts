/** A protected branch is four restrictions, none of which is enough alone. */
import type { ResourceRule } from "../rule";
import { maps, texts, valueOf } from "../values";

const restrictionsType = "bitbucket:index:BranchRestrictions";
const kinds = ["push", "restrict_merges", "force", "delete"] as const;
const place = { workspace: "acme", repository: "payments-api" };
const whole = [
  { kind: "push", pattern: "main", groups: [], users: [] },
  { kind: "restrict_merges", pattern: "main", groups: ["payments-leads"], users: [] },
  { kind: "force", pattern: "main" },
  { kind: "delete", pattern: "main" },
];

export const protectedBranches: ResourceRule = {
  kind: "resource",
  name: "protected-branches",
  says: "the branches of access.yaml are protected whole: nobody pushes, mergers merge, history stays",
  fix: 'declare the branch under "protected" in access.yaml, which makes all four restrictions',
  controls: ["SOC 2 CC8.1", "ISO 27001 A.8.32"],
  level: "mandatory",
  access: true,
  types: [restrictionsType],
  check: (resource, { model }) => {
    const restrictions = maps(valueOf(resource, "restrictions"));
    const repository = valueOf(resource, "repository");
    const declared = model?.repositories.find(({ slug }) => slug === repository)?.branches ?? [];
    const started = texts(
      restrictions.filter(({ kind }) => kinds.some((one) => one === kind)).map(({ pattern }) => pattern),
    );
    const patterns = new Set([...declared.map(({ pattern }) => pattern), ...started]);
    return [...patterns].flatMap((pattern) => {
      const held = restrictions.filter((one) => one.pattern === pattern);
      const lacks = kinds.filter((kind) => !held.some((one) => one.kind === kind));
      return lacks.length === 0 ? [] : [`the branch ${pattern} without ${lacks.join(", ")}`];
    });
  },
  examples: {
    bad: [
      { type: restrictionsType, inputs: { ...place, restrictions: [] } },
      {
        type: restrictionsType,
        inputs: { ...place, restrictions: whole.filter(({ kind }) => kind !== "push") },
      },
    ],
    good: [{ type: restrictionsType, inputs: { ...place, restrictions: whole } }],
  },
};
