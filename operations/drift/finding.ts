/** What somebody changed by hand, in either system. */
export interface Finding {
  readonly system: "keycloak" | "bitbucket";
  /** What sort of thing it is: `permission`, `webhook`, `client`. */
  readonly kind: string;
  /** Where, and which: `payments-api: group support`. */
  readonly target: string;
  /** What is declared; absent: nothing. */
  readonly declared?: string;
  /** What is there; absent: nothing. */
  readonly found?: string;
  /** Who changed it, where Keycloak's admin events know. */
  readonly who?: string;
  /** When, ISO 8601. */
  readonly when?: string;
}

/** What differs between what is declared and what is there, by name. */
export function differing(
  place: Pick<Finding, "system" | "kind"> & { readonly at: string },
  declared: ReadonlyMap<string, string>,
  found: ReadonlyMap<string, string>,
): Finding[] {
  const { system, kind, at } = place;
  const names = [...new Set([...declared.keys(), ...found.keys()])].sort();
  return names.flatMap((name): Finding[] => {
    const [was, is] = [declared.get(name), found.get(name)];
    if (was === is) return [];
    const target = at === "" ? name : `${at}: ${name}`;
    return [
      {
        system,
        kind,
        target,
        ...(was !== undefined && { declared: was }),
        ...(is !== undefined && { found: is }),
      },
    ];
  });
}
