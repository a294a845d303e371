/**
 * A realm that has grown for years, as Keycloak imports one: groups within groups, two of one name, roles that people hold
 * directly, other programs' clients, a mail server, a theme. It knows nothing of the product.
 */
import { slugOf } from "@bitbucket-keycloak/bitbucket-emulator/identifiers";
import type { Dice } from "./dice";
import type { GrownPerson } from "./people";
import type { GrownSize } from "./size";

interface GrownRole {
  readonly id: string;
  readonly name: string;
}

export interface GrownGroup {
  readonly id: string;
  readonly name: string;
  readonly path: string;
  readonly attributes: Readonly<Record<string, readonly string[]>>;
  readonly realmRoles: readonly string[];
  readonly clientRoles: Readonly<Record<string, readonly string[]>>;
  readonly subGroups: readonly GrownGroup[];
}

/** As much of Keycloak's RealmRepresentation as there is here. */
export interface GrownRealm {
  readonly id: string;
  readonly realm: string;
  readonly displayName: string;
  readonly enabled: true;
  readonly loginTheme: string;
  readonly smtpServer: Readonly<Record<string, string>>;
  readonly roles: {
    readonly realm: readonly GrownRole[];
    readonly client: Readonly<Record<string, readonly GrownRole[]>>;
  };
  readonly groups: readonly GrownGroup[];
  readonly clients: readonly {
    readonly id: string;
    readonly clientId: string;
    readonly name: string;
    readonly protocol: string;
    readonly enabled: true;
    readonly secret: string;
    readonly publicClient: false;
    readonly redirectUris: readonly string[];
  }[];
  readonly identityProviders: readonly object[];
  readonly users: readonly {
    readonly id: string;
    readonly username: string;
    readonly firstName: string;
    readonly lastName: string;
    readonly email: string;
    readonly emailVerified: boolean;
    readonly enabled: boolean;
    readonly groups: readonly string[];
    readonly realmRoles: readonly string[];
    readonly clientRoles: Readonly<Record<string, readonly string[]>>;
    readonly credentials: readonly object[];
  }[];
}

/** What each secret of the realm begins with, so that a test finds it wherever it is not to be. */
export const secretMark = "secret-of-the-realm";

/** @param workspaceGroups the groups of the workspace, with the addresses of their members' accounts: some are the realm's, too */
export function grownRealm(
  dice: Dice,
  size: GrownSize,
  people: readonly GrownPerson[],
  workspaceGroups: readonly { readonly name: string; readonly members?: readonly string[] | undefined }[],
  realm: string,
): GrownRealm {
  const secret = () => `${secretMark}-${dice.id()}`;
  const role = (name: string): GrownRole => ({ id: dice.id(), name });
  const clientIds = ["grafana", "wiki", "legacy-portal", "Nexus Repository"].slice(0, size.clients);
  const client = Object.fromEntries(clientIds.map((id) => [id, [role("viewer"), role("admin")]]));
  const groups = grownGroups(
    dice,
    workspaceGroups.map(({ name }) => name),
    clientIds,
  );
  const paths = groups.flatMap(function below(one): string[] {
    return [one.path, ...one.subGroups.flatMap(below)];
  });
  // Of some somebody sees to it that both have the same people.
  const agreed = new Map(
    workspaceGroups.flatMap(({ name, members = [] }) => {
      const path = `/${slugOf(name)}`;
      return paths.includes(path) && dice.falls(0.6) ? [[path, members] as const] : [];
    }),
  );
  const groupsOf = ({ accountEmail }: Pick<GrownPerson, "accountEmail">): string[] => [
    ...dice.some(
      paths.filter((path) => !agreed.has(path)),
      dice.between(0, 3),
    ),
    ...[...agreed].flatMap(([path, members]) => (members.includes(accountEmail) ? [path] : [])),
  ];
  return {
    id: dice.id(),
    realm,
    displayName: "Grown Ltd. sign-in",
    enabled: true,
    loginTheme: "keycloak",
    smtpServer: {
      host: "mail.grown.example",
      from: "it@grown.example",
      auth: "true",
      user: "it",
      password: secret(),
    },
    roles: { realm: [role("employee"), role("VPN user")], client },
    groups,
    clients: clientIds.map((clientId) => ({
      id: dice.id(),
      clientId,
      name: clientId,
      protocol: "openid-connect",
      enabled: true,
      secret: secret(),
      publicClient: false,
      redirectUris: [`https://${slugOf(clientId)}.grown.example/*`],
    })),
    identityProviders: [
      {
        alias: "partner",
        providerId: "oidc",
        enabled: true,
        config: {
          clientId: "grown",
          clientSecret: secret(),
          authorizationUrl: "https://partner.example/auth",
          tokenUrl: "https://partner.example/token",
        },
      },
    ],
    users: people
      .filter(({ inKeycloak }) => inKeycloak)
      .map(({ id, username, firstName, lastName, email, emailVerified, enabled, ...person }) => ({
        ...{ id, username, firstName, lastName, email, emailVerified, enabled },
        groups: groupsOf(person),
        realmRoles: dice.falls(0.7) ? ["employee"] : [],
        clientRoles: dice.falls(0.2) ? { [dice.one(clientIds)]: ["admin"] } : {},
        credentials: [{ type: "password", value: secret() }],
      })),
  };
}

/** Two trees, in each of which there may be a group of the same name, and some that lie at the top. */
function grownGroups(
  dice: Dice,
  names: readonly string[],
  clientIds: readonly string[],
): readonly GrownGroup[] {
  const group = (
    above: string,
    name: string,
    subGroups: (path: string) => readonly GrownGroup[] = () => [],
  ): GrownGroup => {
    const path = `${above}/${name}`;
    return {
      id: dice.id(),
      name,
      path,
      attributes: dice.falls(0.3) ? { owner: [`lead-of-${slugOf(name)}`] } : {},
      realmRoles: dice.falls(0.2) ? ["VPN user"] : [],
      clientRoles: dice.falls(0.2) ? { [dice.one(clientIds)]: ["viewer"] } : {},
      subGroups: subGroups(path),
    };
  };
  // Some of the workspace's groups are known here, by the same name or nearly so.
  const known = names.filter(() => dice.falls(0.7)).map((name) => (dice.falls(0.5) ? slugOf(name) : name));
  const top = known.filter((_, index) => index % 3 === 0);
  const inside = known.filter((_, index) => index % 3 === 1);
  const deep = known.filter((_, index) => index % 3 === 2);
  return [
    group("", "Engineering", (path) => [
      ...inside.map((name) => group(path, name)),
      group(path, "Teams", (below) => deep.map((name) => group(below, name))),
    ]),
    group("", "Operations", (path) => inside.slice(0, 2).map((name) => group(path, name))),
    ...top.map((name) => group("", name)),
  ];
}
