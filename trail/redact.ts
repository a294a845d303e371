/**
 * Takes secrets out of texts that this program did not write itself: what an engine, a server or a person said. Nothing of
 * this program puts one there, but the trail is kept for years, and a comment is read by everybody.
 */
import { formsOf } from "@bitbucket-keycloak/http";
import { variables } from "../access/environment";
import { secretShapes } from "./secretShapes";

/** Variables whose values are secrets: ours, Pulumi's, and those whose name says so. */
const names = [
  ...variables.filter(({ secret }) => secret).map(({ name }) => name),
  "PULUMI_CONFIG_PASSPHRASE",
  "PULUMI_ACCESS_TOKEN",
];
/** Also with the name of a stack before it, `PROD_KEYCLOAK_CLIENT_SECRET`. */
const secretName = new RegExp(
  `(^|_)(${names.join("|")})$|(PASSWORD|PASSWD|PASSPHRASE|SECRET|TOKEN|_KEY|CREDENTIALS?|_PAT|_SAS)$`,
);
/** Files and addresses of secrets are none themselves. */
const noSecret = /_FILE$|_URL$|_PATH$/;

const gone = "[secret]";
/** Shorter values stand in words that are none. */
const shortest = 6;

/** The same value, with every text in its lists and plain objects redacted, names of fields too. */
export function redacted<T>(value: T, env: Readonly<Record<string, string | undefined>>): T {
  const known = Object.entries(env)
    .filter(([name]) => secretName.test(name) && (names.includes(name) || !noSecret.test(name)))
    .flatMap(([, secret = ""]) => [secret, secret.trim()])
    .filter((secret) => secret.length >= shortest)
    .flatMap(formsOf)
    // One may begin with another: nothing of it is left over.
    .sort((a, b) => b.length - a.length);
  const unique = [...new Set(known)].map((secret) => secret.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  const shapes = [...(unique.length === 0 ? [] : [new RegExp(unique.join("|"), "g")]), ...secretShapes];
  return walk(value, (text) => shapes.reduce((rest, shape) => rest.replace(shape, gone), text)) as T;
}

function walk(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === "string") return change(value);
  if (Array.isArray(value)) return value.map((one) => walk(one, change));
  if (typeof value !== "object" || value === null || Object.getPrototypeOf(value) !== Object.prototype)
    return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [change(key), walk(one, change)]));
}
