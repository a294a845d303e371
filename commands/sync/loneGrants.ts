/**
 * Rights that were granted to one account alone do not follow teams: when their holder is disabled in Keycloak, or the
 * owner of the agent that holds them, somebody has to take them away. `access.yaml` still says them, so a person has to
 * take them out there; until then each run looks again.
 */
import { isActive, subjectLabel, type Model, type Subject } from "../../access";
import type { Session } from "@pulumi/bitbucket/api/client";

export interface LoneGrant {
  /** Example: `person dora`. */
  readonly subject: string;
  /** UUID of the Bitbucket account. */
  readonly account: string;
  /** A project, or a repository as `PROJECT/slug`. */
  readonly target: string;
  readonly why: string;
}

/** People whom it takes to know whether any of these rights has to go. */
export function answerable(model: Model, asOf: Date): string[] {
  return [...new Set(lone(model, asOf).map(({ person }) => person))].sort();
}

/** @param why says why somebody cannot sign in; undefined: they can */
export function grantsToTake(
  model: Model,
  asOf: Date,
  why: (person: string) => string | undefined,
): LoneGrant[] {
  return lone(model, asOf).flatMap(({ subject, account, person, targets }) => {
    const reason = why(person);
    if (reason === undefined) return [];
    const because = subject.kind === "person" ? reason : `its owner ${person} ${reason}`;
    return targets.map((target) => ({ subject: subjectLabel(subject), account, target, why: because }));
  });
}

/** Those that Bitbucket really has: one request each. */
export async function present(
  session: Session,
  workspace: string,
  grants: readonly LoneGrant[],
): Promise<LoneGrant[]> {
  const found: LoneGrant[] = [];
  for (const grant of grants) {
    const answer = placeOf(workspace, grant);
    const { permission } = (
      "repo_slug" in answer ? await session.get(onRepository, answer) : await session.get(onProject, answer)
    ) as { readonly permission?: string };
    if (permission !== "none") found.push(grant);
  }
  return found;
}

/** Takes away the explicit permission of one account. What the account has by a group stays. */
export async function takeAway(session: Session, workspace: string, grant: LoneGrant): Promise<void> {
  const place = placeOf(workspace, grant);
  if ("repo_slug" in place) await session.delete(onRepository, place);
  else await session.delete(onProject, place);
}

const onRepository = "/repositories/{workspace}/{repo_slug}/permissions-config/users/{selected_user_id}";
const onProject =
  "/workspaces/{workspace}/projects/{project_key}/permissions-config/users/{selected_user_id}";

function placeOf(workspace: string, { account, target }: LoneGrant) {
  const [project_key = "", repo_slug] = target.split("/");
  const at = { workspace, selected_user_id: account };
  return repo_slug === undefined ? { ...at, project_key } : { ...at, repo_slug };
}

interface Lone {
  readonly subject: Subject;
  readonly account: string;
  /** Who answers for it: the person, or the agent's owner. */
  readonly person: string;
  readonly targets: readonly string[];
}

function lone({ grants, people, agents }: Model, asOf: Date): Lone[] {
  const targetsOf = (subject: Subject) => {
    const own = grants.filter(
      (grant) => grant.subject.kind === subject.kind && grant.subject.name === subject.name,
    );
    return [...new Set(own.filter((grant) => isActive(grant, asOf)).flatMap(({ on }) => on))].sort();
  };
  const all = [
    ...people.map(({ username: name, account }) => ({
      kind: "person" as const,
      name,
      account,
      person: name,
    })),
    ...agents.map(({ name, account, owner }) => ({ kind: "agent" as const, name, account, person: owner })),
  ];
  return all.flatMap(({ kind, name, account, person }) => {
    const targets = targetsOf({ kind, name });
    if (account === undefined || targets.length === 0) return [];
    return [{ subject: { kind, name }, account, person, targets }];
  });
}
