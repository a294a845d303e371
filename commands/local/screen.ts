/** What people read at the end of `npm run local`, and of `-- status`. */
import { groupOf, isKeyless, type Model, type PipelineCredential, type Settings } from "../../access";
import type { LocalCredentials } from "../../toolchain/environment";
import type { Membership } from "../sync/membership";
import type { ServerStatus } from "./servers";

export interface Welcome {
  readonly settings: Settings;
  readonly model: Model;
  readonly credentials: LocalCredentials;
  /** How pipelines sign in to Keycloak. */
  readonly credential: PipelineCredential;
  /** What `pulumi up` did, in words. */
  readonly changes: string;
  readonly membership: Membership;
}

/** No secret is in it: it says where each is kept. */
export function renderWelcome({
  settings,
  model,
  credentials,
  credential,
  changes,
  membership,
}: Welcome): string {
  const { keycloak, bitbucket, environment } = settings;
  const deploying = model.repositories.filter(({ deploys }) => deploys.includes(environment));
  const [person] = model.teams.flatMap(({ members = [] }) => members);
  const repository = deploying[0]?.slug ?? model.repositories[0]?.slug ?? "";
  const email =
    model.people.find(({ username }) => username === person)?.email ?? credentials.bitbucket.email;
  return `
${model.company} is up: ${changes}. ${placement(membership)}

  Keycloak   ${keycloak.url}/admin/${keycloak.realm}/console
             realm ${keycloak.realm}: ${model.teams.length} teams, ${model.people.length} people; ${keycloakAdministrator(credentials)}
  Bitbucket  ${bitbucket.url}
             workspace ${bitbucket.workspace}, emulated: ${model.projects.length} projects, ${model.repositories.length} repositories, ${deploying.length} deploy to ${environment}
             API tokens of everybody are in .local/credentials.json

People sign in by their user name (${model.people.map(({ username }) => username).join(", ")}).
Their first passwords, each to be changed at the first sign-in:

  npm run pulumi -- stack output firstPasswords --show-secrets -s local

Five things to try next:

  1. Sign in as ${person ?? "somebody"} and look at your groups: ${accountPage(keycloak.url, keycloak.realm)}
  2. See who may do what: ${bitbucket.url}
  3. Start a build that deploys to ${environment} and signs in to Keycloak ${means(credential)}; the page above shows it:
       curl -u ${email}:$(node -p "require('./.local/credentials.json').people['${email}']") \\
         -H 'content-type: application/json' -d '{"target":{"type":"pipeline_ref_target","ref_type":"branch","ref_name":"main"}}' \\
         ${bitbucket.url}/2.0/repositories/${bitbucket.workspace}/${repository}/pipelines/
  4. Give someone a right: add a line to "grants" in access.yaml, then
       npm run -s preview -- local      and      npm run deploy -- local
  5. Give a right by hand, behind the file's back, and see it found:
       curl -u ${credentials.bitbucket.email}:$(node -p "require('./.local/credentials.json').bitbucket.apiToken") \\
         -X PUT -H 'content-type: application/json' -d '{"permission":"write"}' \\
         ${bitbucket.url}/2.0/repositories/${bitbucket.workspace}/${repository}/permissions-config/groups/${model.teams.map(groupOf).at(-1) ?? ""}
       npm run pulumi -- preview --refresh -s local

Stop: npm run local -- stop      Forget everything: npm run local -- reset`;
}

function means(credential: PipelineCredential): string {
  return isKeyless(credential)
    ? "by the token of its own step, no secret stored"
    : "with a secret of its own that rotates";
}

/** What `sync` did, and for whom it could do nothing. */
function placement({ changes, unmatched, takenOut }: Membership): string {
  const missing = unmatched.map(
    ({ username, reason }) => `\n! ${username} is in no Bitbucket group: ${reason}`,
  );
  const out = takenOut.map(
    ({ username, group }) => `\n! ${username} was taken out of Bitbucket's group ${group}.`,
  );
  const placed =
    changes.length > 0
      ? `Bitbucket groups changed: ${changes.map(({ group }) => group).join(", ")}.`
      : unmatched.length + takenOut.length === 0
        ? "Everybody is in their team."
        : "Everybody else is in their team.";
  return [placed, ...missing, ...out].join("");
}

/** Where people sign in to see and change what is theirs. */
function accountPage(keycloak: string, realm: string): string {
  return `${keycloak}/realms/${realm}/account`;
}

function keycloakAdministrator({ keycloak }: LocalCredentials): string {
  return keycloak
    ? `user ${keycloak.user}, password in .local/credentials.json`
    : "its administrator is whom you know";
}

/**
 * Both addresses, where people sign in, and where the passwords are. A server without an address does not run.
 *
 * @param credentials undefined: none were ever made here
 */
export function renderStatus(
  { keycloak, bitbucket }: ServerStatus,
  realm: string,
  credentials: LocalCredentials | undefined,
): string {
  const line = (name: string, url: string | undefined): string =>
    `${name.padEnd(11)}${url ?? "not running: npm run local"}`;
  return [
    line("Keycloak", keycloak),
    line("Bitbucket", bitbucket),
    ...(keycloak === undefined ? [] : [`People sign in at ${accountPage(keycloak, realm)}`]),
    ...(credentials ? ["The administrator's password and all API tokens: .local/credentials.json"] : []),
  ].join("\n");
}
