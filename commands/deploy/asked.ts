/** Asks who has approved of a change: where the stack was last brought up, and by what was known of people then. */
import { resourcesIn } from "@bitbucket-keycloak/pulumi-plugin/state";
import { knownAddresses } from "../../access";
import { AccessRepository } from "../../clients/accessRepository";
import { KeycloakAdmin } from "../../clients/keycloak";
import type { Engine } from "../../engine/engine";
import type { Previewed } from "../preview/preview";
import { Accounts } from "./accounts";
import { approvalOf } from "./approval";
import type { ApprovalSource, Evaluated } from "./pending";

/** A change, and what it was made of. */
export interface Change extends Pick<Previewed, "report" | "findings" | "exported"> {
  readonly commit?: string | undefined;
}

/** @param repository the one whose pull requests count; undefined: there is none */
export async function askedAbout(
  change: Change,
  source: ApprovalSource,
  repository: AccessRepository | undefined,
  engine: Engine,
): Promise<Evaluated> {
  const { report, findings, commit } = change;
  const { needs, number, before, unrecorded, since } = report;
  const witnesses = repository && {
    repository,
    accounts: accountsOf(change, repository, engine),
    env: engine.env,
  };
  const basis = { ...findings, before, unrecorded, since: since?.commit };
  return approvalOf({ needs, number, commit, basis }, source, witnesses);
}

/** Never at an address that the change itself brings. */
export function repositoryOf(
  { repository }: ApprovalSource,
  { findings, exported }: Pick<Change, "findings" | "exported">,
  { env }: Pick<Engine, "env">,
): AccessRepository | undefined {
  const { "bitbucket.url": url = findings.settings.bitbucket.url } = knownAddresses(resourcesIn(exported));
  return repository === undefined ? undefined : new AccessRepository(url, repository, env);
}

/** As they were before the change, by the realm of before. */
function accountsOf(
  { report: { before }, findings }: Change,
  repository: AccessRepository,
  { env }: Engine,
): Accounts {
  const { model, settings } = before ?? findings;
  const { url, realm: name } = settings.keycloak;
  const known = { people: model.people, realm: KeycloakAdmin.from(url, name, env), name };
  return new Accounts(known, (email) => repository.accountOf(email));
}
