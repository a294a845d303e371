/** A workspace of each kind, and a company in it whose directory says who is in a team. */
import type { Seed } from "@bitbucket-keycloak/bitbucket-emulator";
import { developerScopes } from "../../../toolchain/acme";
import { organization, organizationEnv } from "../doctor/company";
import { companyText, SmallCompany, smallSeed } from "../world/smallCompany";

export interface Kind {
  /**
   * `older`: by itself; `linked` to an organisation, and no more; `migrated`: people and groups are administered at
   * admin.atlassian.com; `provisioned`: so, by somebody's SCIM.
   */
  readonly administered: "older" | "linked" | "migrated" | "provisioned";
  readonly plan: "free" | "standard" | "premium";
  /** Whether the program has a key of the organisation. */
  readonly key: boolean;
}

export const kinds: readonly Kind[] = (["migrated", "provisioned", "linked", "older"] as const).flatMap(
  (administered) =>
    [true, false]
      .filter((key) => !(administered === "older" && key))
      .flatMap((key) =>
        (["premium", "standard", "free"] as const).map((plan): Kind => ({ administered, plan, key })),
      ),
);

export const nameOf = ({ administered, plan, key }: Kind): string =>
  `${administered}, ${plan}, ${key ? "with" : "without"} a key`;

/** Who may do what there. */
export function placeOf({ administered, key }: Kind) {
  const isProvisioned = administered === "provisioned";
  const isMigrated = isProvisioned || administered === "migrated";
  return {
    /** Her account and the groups are somebody's identity provider's. */
    isProvisioned,
    isMigrated,
    /** The program invites, and nobody else. */
    invites: administered === "migrated" && key,
    writesGroups: !isProvisioned && (!isMigrated || key),
  };
}

export const fatima = { email: "fatima@small.example", token: "token of fatima, long enough" };

/** What only premium has is left out elsewhere; who is in a team of an identity provider's is observed. */
function accessOf({ administered, plan }: Kind): string {
  const observed = administered === "provisioned" ? ", observed: [members]" : "";
  const text = companyText
    .replace("leads: { owner: ana, members: [ben] }", `leads: { owner: ana${observed} }`)
    .replace("hands: { owner: ana, members: [cem] }", `hands: { owner: ana${observed} }`)
    .concat("  - { team: hands, can: [trigger], on: ONE }\n");
  return plan === "premium"
    ? text
    : text.replace(", restricted: true", "").replace("approvals: 1", "approvals: 1, enforced: false");
}

const seedFor =
  (kind: Kind) =>
  (administratorToken: string): Seed => {
    const { administered, plan, key } = kind;
    const small = smallSeed(administratorToken);
    const { isProvisioned, isMigrated: migrated, invites } = placeOf(kind);
    const externalSynced = isProvisioned;
    const groups = [
      { name: "leads", members: ["ben@small.example"], externalSynced },
      { name: "hands", members: isProvisioned ? [fatima.email] : [], externalSynced },
    ];
    return {
      ...small,
      workspace: {
        slug: "acme",
        plan,
        ...(administered !== "older" && { organization: { ...organization, migrated } }),
      },
      accounts: [
        ...(small.accounts ?? []),
        {
          name: "fatima",
          email: fatima.email,
          member: isProvisioned,
          // Where the program cannot invite her, somebody has, on Bitbucket's page.
          invited: !isProvisioned && !invites,
          provisioned: isProvisioned,
          tokens: [{ token: fatima.token, scopes: [...developerScopes] }],
        },
      ],
      // Of every workspace that it moves Atlassian makes such a group. Without a key somebody has made those of the teams.
      groups: [
        ...(migrated ? [{ name: "bitbucket-users-acme" }] : []),
        ...(migrated && (isProvisioned || !key) ? groups : []),
      ],
    };
  };

export const envOf = ({ key }: Kind): NodeJS.ProcessEnv => (key ? organizationEnv : {});

export function startWorkspace(kind: Kind): Promise<SmallCompany> {
  return SmallCompany.start({
    access: accessOf(kind),
    seed: seedFor(kind),
    settings: {
      environment: "prod",
      "bitbucket.plan": kind.plan,
      "rotation.runner": "none",
      "rotation.apiTokenExpires": '"2027-06-30"',
    },
  });
}
