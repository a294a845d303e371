/** What a change of the model gives and takes, as an entry keeps it. */
import type { Difference, Entitlement, GuardChange, RightChange } from "../access";
import type { Right, What } from "./entry";

/** Rights and gates that change; undefined instead of an empty list. The same right on many targets is one entry. */
export function whatOf({
  gained,
  lost,
  altered,
  guards,
}: Pick<Difference, "gained" | "lost" | "altered"> & { readonly guards: readonly GuardChange[] }): What {
  const rights = grouped([
    ...gained.map((change) => rightOf("gained", change)),
    ...lost.map((change) => rightOf("lost", change)),
    ...altered.map(({ before, after }) => ({
      ...rightOf("altered", {
        ...after,
        people: after.subject.kind === "person" ? [after.subject.name] : [],
      }),
      before: termsOf(before),
    })),
  ]);
  return {
    ...(rights.length > 0 && { rights }),
    ...(guards.length > 0 && {
      gates: guards.map(({ what, before, after, weaker }) => ({
        what,
        ...(before !== undefined && { before }),
        ...(after !== undefined && { after }),
        weaker,
      })),
    }),
  };
}

function termsOf({ kind, until }: Pick<Entitlement, "kind" | "until">): string {
  return `${kind}${until === undefined ? "" : ` until ${until}`}`;
}

function rightOf(change: Right["change"], right: RightChange): Right {
  const { subject, people, more, capability, target, path, kind, reason, until } = right;
  return {
    change,
    subject,
    people: [...people],
    ...(more && { more }),
    capability,
    targets: [target],
    path: [...path],
    kind,
    ...(reason !== undefined && { reason }),
    ...(until !== undefined && { until }),
  };
}

/** What a project's grant gives on a hundred repositories is one right with a hundred targets. */
function grouped(rights: readonly Right[]): Right[] {
  const groups = new Map<string, Right>();
  for (const right of rights) {
    const key = JSON.stringify({ ...right, targets: [] });
    const known = groups.get(key);
    groups.set(key, known ? { ...known, targets: [...known.targets, ...right.targets] } : right);
  }
  return [...groups.values()];
}
