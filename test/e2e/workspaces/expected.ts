/** What the first morning and the last evening are like in each kind of workspace. */
import { fatima, placeOf, type Kind } from "./kinds";

/** What a sync tells, a line each. */
type Told = readonly string[];

export interface Morning {
  /** What is not well: before the first `up`, while she works there, and once she has gone. */
  readonly doctor: readonly (readonly string[])[];
  readonly syncs: Readonly<
    Record<"stranger" | "declined" | "invited" | "waiting" | "synced" | "again" | "last", Told>
  >;
  /** Whose invitation was asked about, each time. */
  readonly asked: readonly string[];
  /** Status of reading a repository of hers: before she is in her team, and after. */
  readonly reads: readonly number[];
  readonly signedIn: { readonly email: unknown; readonly groups: unknown };
  readonly firstRequest: { readonly push: number; readonly request: number };
  readonly offboarded: {
    /** Steps that did not succeed. */
    readonly failed: readonly string[];
    /** What is left to people, by its first words. */
    readonly left: readonly string[];
    /** Status of a push afterwards. */
    readonly push: number;
  };
  /** Whom the audit trail says to have been invited. */
  readonly trail: readonly (readonly string[])[];
}

export function expected(kind: Kind): Morning {
  const { isProvisioned, isMigrated, invites, writesGroups } = placeOf(kind);
  // Of a plan nobody can ask; where nothing of premium is declared, any will do.
  const unwell = [
    ...(kind.plan === "premium" ? ["plan unknown"] : []),
    // Where an identity provider keeps the members, nothing is to be written.
    ...(isMigrated && !isProvisioned && !kind.key ? ["groups missing"] : []),
  ];
  return {
    doctor: [unwell, unwell, unwell],
    syncs: syncs(kind),
    asked: invites ? ["fatima", "fatima"] : [],
    reads: [isProvisioned ? 200 : 404, 200],
    signedIn: { email: fatima.email, groups: ["hands"] },
    firstRequest: { push: 201, request: 1 },
    offboarded: {
      failed: [
        ...(isMigrated && !kind.key ? ["take them out of every group"] : []),
        ...(isProvisioned || !writesGroups ? ["take the rights that account A was given alone"] : []),
      ],
      left: [
        ...(isProvisioned && kind.key ? ["take them out of", "disable Atlassian account 712020"] : []),
        ...(kind.key ? [] : ["end the API tokens"]),
      ],
      // Her token works until somebody takes the step that is left.
      push: kind.key ? 401 : writesGroups ? 404 : 201,
    },
    trail: invites ? [["fatima"]] : [],
  };
}

function syncs(kind: Kind): Morning["syncs"] {
  const { isProvisioned, invites, writesGroups } = placeOf(kind);
  if (isProvisioned)
    return { stranger: [], declined: [], invited: [], waiting: [], synced: [], again: [], last: [] };
  const stranger = ["unmatched: fatima"];
  const named = [...stranger, invites ? "invite: fatima" : "by hand: invite fatima"];
  return {
    stranger,
    declined: named,
    invited: named,
    waiting: invites ? [...stranger, "waiting: fatima"] : stranger,
    synced: writesGroups ? ["in: fatima hands"] : ["failed: group hands: fatima"],
    again: [],
    last: writesGroups ? [] : ["failed: group hands: fatima"],
  };
}
