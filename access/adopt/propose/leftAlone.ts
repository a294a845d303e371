/** What stands in both systems and is none of the file's matter, or not yet: by kind, so that nobody thinks it forgotten. */
import type { Found } from "../found";
import type { Finding } from "./findings";

export function leftAlone({ workspace, realm, unread }: Found): Finding[] {
  const left = (kind: string, place: string, found: string): Finding => ({ kind, place, found, becomes: "left alone" }); // prettier-ignore
  return [
    ...unread.map((found): Finding => ({
      kind: "not read",
      place: "the look",
      found,
      becomes: "needs a decision",
    })),
    ...workspace.groups.flatMap(({ slug, onNewRepositories }) =>
      onNewRepositories === undefined
        ? []
        : [left("given on each new repository", `group ${slug}`, onNewRepositories)],
    ),
    ...workspace.repositories.flatMap(({ project, slug, environments }) =>
      environments.map(({ name, adminOnly, variables }) =>
        left(
          "deployment environment",
          `repository ${project}/${slug}`,
          `${name}${adminOnly ? ", for administrators alone" : ""}, ${variables.length} variables`,
        ),
      ),
    ),
    ...realm.groups.flatMap(({ path, mappings }) =>
      mappings.map(({ name, client }) =>
        left("role in Keycloak", `Keycloak group ${path}`, roleOf(name, client)),
      ),
    ),
    ...realm.users.flatMap(({ username, mappings }) =>
      mappings
        .filter(({ name, client }) => client !== undefined || !name.startsWith("default-roles-"))
        .map(({ name, client }) => left("role in Keycloak", `person ${username}`, roleOf(name, client))),
    ),
    ...realm.clients
      .filter(({ isBuiltIn }) => !isBuiltIn)
      .map(({ clientId, protocol }) => left("client in Keycloak", `client ${clientId}`, protocol)),
    ...realm.identityProviders.map((alias) => left("identity provider", `realm ${realm.realm}`, alias)),
    ...realm.directories.map((name) => left("directory", `realm ${realm.realm}`, name)),
    ...(realm.hasMailServer ? [left("mail server", `realm ${realm.realm}`, "declared there")] : []),
  ];
}

function roleOf(name: string, client: string | undefined): string {
  return client === undefined ? name : `${name} of client ${client}`;
}
