/**
 * A company of any size: each repository with what `access.yaml` would give it (two grants, a protected branch of four
 * restrictions) and one environment with ten variables. Half of those are secured.
 */
import type { Seed } from "@bitbucket-keycloak/bitbucket-emulator";
import { administrator, administratorScopes } from "../../toolchain/acme";

interface DeclaredRepository {
  readonly repository: string;
  readonly holders: readonly { readonly group: string; readonly permission: "read" | "write" | "admin" }[];
  readonly restrictions: readonly {
    readonly kind: "push" | "restrict_merges" | "force" | "delete";
    readonly pattern: string;
    readonly groups?: readonly string[];
  }[];
  readonly environment: string;
  readonly variables: readonly { readonly key: string; readonly value: string; readonly secured: boolean }[];
}

export interface Company {
  readonly apiUrl: string;
  readonly workspace: string;
  readonly repositories: readonly DeclaredRepository[];
}

const workspace = "acme";
const [owners, readers] = ["owners", "readers"];

export function companyOf(count: number, apiUrl: string): Company {
  return { apiUrl, workspace, repositories: namesOf(count).map(declare) };
}

/** The same with one right raised, in its last repository. */
export function withOneChange(company: Company): Company {
  const last = company.repositories.length - 1;
  const raise = (one: DeclaredRepository): DeclaredRepository => ({
    ...one,
    holders: one.holders.map((holder) =>
      holder.group === readers ? { ...holder, permission: "write" } : holder,
    ),
  });
  const repositories = company.repositories.map((one, index) => (index === last ? raise(one) : one));
  return { ...company, repositories };
}

/** Its workspace before anything is declared. */
export function seedOf(count: number, administratorToken: string): Seed {
  return {
    workspace: { slug: workspace },
    accounts: [
      {
        name: "Administrator",
        email: administrator,
        tokens: [{ token: administratorToken, scopes: [...administratorScopes] }],
      },
    ],
    administrators: [administrator],
    groups: [{ name: owners }, { name: readers }],
    projects: [{ key: "ALL", name: "All" }],
    repositories: namesOf(count).map((slug) => ({ slug, project: "ALL" })),
  };
}

function namesOf(count: number): string[] {
  const digits = String(count).length;
  return Array.from({ length: count }, (_, index) => `service-${String(index + 1).padStart(digits, "0")}`);
}

function declare(repository: string): DeclaredRepository {
  const pattern = "main";
  return {
    repository,
    holders: [
      { group: owners, permission: "admin" },
      { group: readers, permission: "read" },
    ],
    restrictions: [
      { kind: "push", pattern },
      { kind: "restrict_merges", pattern, groups: [owners] },
      { kind: "force", pattern },
      { kind: "delete", pattern },
    ],
    environment: "prod",
    variables: Array.from({ length: 10 }, (_, index) => ({
      key: `VARIABLE_${index}`,
      value: `value ${index} of ${repository}`,
      secured: index % 2 === 0,
    })),
  };
}
