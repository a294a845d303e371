/**
 * Takes secrets out of texts that the trail did not write itself: what an engine, a server or a person said. Nothing of
 * this program puts one there, but the trail is kept for years and shown to people from outside.
 */
import { formsOf } from "@bitbucket-keycloak/http";
import { variables } from "../access/environment";

/** Variables whose values are secrets: ours, and Pulumi's. */
const secretVariables = new Set([
  ...variables.filter(({ secret }) => secret).map(({ name }) => name),
  "PULUMI_CONFIG_PASSPHRASE",
  "PULUMI_ACCESS_TOKEN",
]);

/** What a secret looks like, whoever wrote it. */
const shapes: readonly RegExp[] = [
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(-----END [A-Z ]*PRIVATE KEY-----|$)/g,
  // JSON Web Tokens, Atlassian's API tokens, and what stands in a header.
  /\beyJ[\w-]{8,}\.[\w-]+\.[\w-]*/g,
  /\bAT[A-Z]{2,4}3x[\w=-]{16,}/g,
  /(?<=\b(?:Bearer|Basic) )[\w+/=.~-]{8,}/gi,
  // Password of an address.
  /(?<=:\/\/[^\s/:@]*:)[^\s/@]+(?=@)/g,
  // `client_secret=…`, `"password": "…"`
  /(?<=\b(?:client_?secret|secret|password|passphrase|api_?token|access_?token|refresh_?token|client_assertion)"?\s*[=:]\s*"?)[^\s"',;&}]+/gi,
];

const gone = "[secret]";
/** Shorter values stand in words that are none. */
const shortest = 6;

/** The same value, with every text in it redacted. */
export function redacted<T>(value: T, env: NodeJS.ProcessEnv): T {
  const known = Object.entries(env)
    .flatMap(([name, secret]) =>
      secretVariables.has(name) && secret !== undefined && secret.length >= shortest ? formsOf(secret) : [],
    )
    // One may begin with another: nothing of it is left over.
    .sort((a, b) => b.length - a.length);
  return walk(value, (text) => {
    const plain = known.reduce((rest, secret) => rest.replaceAll(secret, gone), text);
    return shapes.reduce((rest, shape) => rest.replace(shape, gone), plain);
  }) as T;
}

function walk(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === "string") return change(value);
  if (Array.isArray(value)) return value.map((one) => walk(one, change));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, walk(one, change)]));
}
