/** A service account's secret that no schedule rotates is one that nobody will ever rotate. */
import type { Connected, StackRule } from "../rule";
import { isAbsent, valueOf } from "../values";
import { oidcClient } from "./clients";

export const secretsOnSchedule: StackRule = {
  kind: "stack",
  name: "secrets-on-schedule",
  says: "the secret of each service account rotates on a schedule",
  fix: "make the client with RotatedCredential, or let it sign in without a secret",
  controls: ["SOC 2 CC6.1", "ISO 27001 A.5.17"],
  level: "mandatory",
  check: (resources) =>
    resources
      .filter(({ type }) => type === oidcClient)
      .filter((client) => valueOf(client, "serviceAccountsEnabled") === true && hasSecret(client))
      .filter(({ from }) => !(from.clientSecret ?? []).some(rotations))
      .map(({ name }) => ({ on: name, found: "a service account whose secret no schedule rotates" })),
};

function hasSecret(client: Connected): boolean {
  const method = valueOf(client, "clientAuthenticatorType");
  const isPublic = ["PUBLIC", "BEARER-ONLY"].includes(String(valueOf(client, "accessType")));
  return !isPublic && (method === "client-secret" || isAbsent(client, "clientAuthenticatorType"));
}

/** A password that is made anew whenever a schedule says so. */
function rotations({ from }: Connected): boolean {
  return (from.keepers ?? []).some(({ type }) => type === "rotation:index:Schedule");
}
