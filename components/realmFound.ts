/** What a realm takes from elsewhere: whether it is there at all, and the password of its mail server. */
import type * as keycloak from "@pulumi/keycloak";
import * as pulumi from "@pulumi/pulumi";
import { sentenceOf, type Mail } from "../access";
import { variable } from "../access/environment";
import type { Context } from "./context";
import type { RealmNow } from "./realmKept";
import { realmType } from "./switches";

/** The id of a realm that has to be there. */
export function foundRealm(realm: string, now: RealmNow | undefined): string {
  if (now !== undefined || pulumi.runtime.isDryRun()) return realm;
  const problem = {
    path: "keycloak.observed",
    found: `no realm ${realm}`,
    allowed: "a realm that is there, and that this account may see",
    fix: "create it, or own it (take out keycloak.observed)",
  };
  throw new pulumi.RunError(sentenceOf(problem));
}

/** @throws pulumi.RunError within the output, if nobody knows the password */
export function mailServer(
  name: string,
  { host, port, encryption, from, fromName, user }: Mail,
  { lastState, mailPassword }: Pick<Context, "lastState" | "mailPassword">,
): pulumi.Input<keycloak.types.input.RealmSmtpServer> {
  const server = {
    ...{ host, port: String(port), from },
    ...(fromName !== undefined && { fromDisplayName: fromName }),
    ...(encryption === "starttls" && { starttls: true }),
    ...(encryption === "ssl" && { ssl: true }),
  };
  if (user === undefined) return server;
  const before = lastState.outputsOf(realmType, name).apply((stored) => {
    const mail = stored?.smtpServer as { readonly auth?: { readonly password?: string } } | undefined;
    const password = mailPassword ?? mail?.auth?.password;
    if (password !== undefined) return password;
    throw new pulumi.RunError(
      `realm.mail: found user ${user} and no password; set ${variable.keycloakMailPassword}`,
    );
  });
  return { ...server, auth: { username: user, password: pulumi.secret(before) } };
}
