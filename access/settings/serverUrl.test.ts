/** Every spelling of a server is one address, or is refused with the one to write. */
import * as fs from "node:fs";
import * as path from "node:path";
import { renderProblem } from "../problem";
import { readSettings } from "../read";

const file = "stacks/Pulumi.local.yaml";
const local = fs.readFileSync(path.join(__dirname, "..", "..", file), "utf8");

/** The setting `keycloak.url` of the stack `local`, as it is read. */
function keycloakAt(url: string, env: Readonly<Record<string, string>> = {}): string | undefined {
  const text = local.replace("http://127.0.0.1:8080", JSON.stringify(url));
  const { settings, problems } = readSettings(new Map([[file, text]]), "local", env);
  return (
    settings?.keycloak.url ??
    problems
      .map(renderProblem)
      .join("\n")
      .replace(/.*keycloak\.url: /, "")
  );
}

test.each([
  ["https://keycloak.acme.example", "https://keycloak.acme.example"],
  ["https://KEYCLOAK.Acme.example:443/auth", "https://keycloak.acme.example/auth"],
  ["HTTPS://keycloak.acme.example:8443/", "https://keycloak.acme.example:8443"],
  ["https://keycloak.acme.example//auth//", "https://keycloak.acme.example/auth"],
  ["https://keycloak.acme.example/Auth", "https://keycloak.acme.example/Auth"],
  ["https://keycloak.acme.example/auth/?", "https://keycloak.acme.example/auth"],
  ["https://[2001:DB8:0:0::1]:443", "https://[2001:db8::1]"],
  ["https://[2001:db8::1]:8443/auth", "https://[2001:db8::1]:8443/auth"],
  ["http://[::1]:8080", "http://[::1]:8080"],
  ["http://LOCALHOST:80", "http://localhost"],
  ["https://schlüssel.acme.example", "https://xn--schlssel-95a.acme.example"],
])("%s is %s", (url, address) => {
  expect(keycloakAt(url)).toBe(address);
});

const allowed =
  'allowed: an https address without user, query and fragment (http only on this machine), as in "https://keycloak.acme.example"';

test.each<readonly [string, string]>([
  ["http://keycloak.acme.example", `found "http://keycloak.acme.example"; ${allowed}; correct it`],
  ["keycloak.acme.example", `found "keycloak.acme.example"; ${allowed}; correct it`],
  ["ftp://127.0.0.1", `found "ftp://127.0.0.1"; ${allowed}; correct it`],
  ["https://[2001:db8::1", `found "https://[2001:db8::1"; ${allowed}; correct it`],
  ...[
    "https://admin:geheim@X.example/a/",
    "https://x.example/a?key=geheim",
    "https://x.example:443/a#geheim",
  ].map(
    (url) => [url, `found more than "https://x.example/a"; ${allowed}; write "https://x.example/a"`] as const,
  ),
])("%s is refused: %s", (url, problem) => {
  expect(keycloakAt(url)).toBe(problem);
});

test.each([
  ["http://KEYCLOAK:80/", "http://keycloak"],
  ["http://127.0.0.1:8080//\n", "http://127.0.0.1:8080"],
  [
    "http://admin:geheim@keycloak:8080",
    'environment variable KEYCLOAK_URL  found more than "http://keycloak:8080"; allowed: an address without user, query and fragment, as in "http://127.0.0.1:8080"; write "http://keycloak:8080"',
  ],
  [
    "keycloak:8080",
    'environment variable KEYCLOAK_URL  found "keycloak:8080"; allowed: an address without user, query and fragment, as in "http://127.0.0.1:8080"; correct it, or unset it',
  ],
])("KEYCLOAK_URL=%j: %s", (url, read) => {
  expect(keycloakAt("http://127.0.0.1:1", { KEYCLOAK_URL: url })).toBe(read);
});
