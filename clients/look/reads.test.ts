/** What a look may ask: of all that both systems can be asked, the reads of the list and nothing else. */
import { endpoints } from "@bitbucket-keycloak/bitbucket-emulator/app";
import type { Method } from "@pulumi/bitbucket/api/contract";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RecordedConnection, RecordedTransport } from "./recorded";
import { bitbucketReads, keptOf, keptOfPage, keycloakReads, NotARead } from "./reads";
import { Records } from "./records";

const subject = {
  bitbucket: { url: "https://api.bitbucket.org", workspace: "acme" },
  keycloak: { url: "https://id.acme.example", realm: "acme" },
};
let folder: string;
let sent: string[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "reads-"));
  sent = [];
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const methods = ["get", "post", "put", "delete", "patch", "head"] as const;

/** The emulator's names of what stands in a path, in the contract's. */
const names: Readonly<Record<string, string>> = {
  repository: "repo_slug",
  project: "project_key",
  environment: "environment_uuid",
};
const paths = new Set([
  ...Object.keys(bitbucketReads).map((read) => read.replace(/^\w+ /, "")),
  ...endpoints.map(({ path }) =>
    path
      .replace(/^\/2\.0/, "")
      .replace(/:(\w+)(\{[^/]*\})?/g, (_, name: string) => `{${names[name] ?? name}}`),
  ),
]);

test("of all paths and methods that Bitbucket knows, those of the list are sent, and no other", async () => {
  const transport = new RecordedTransport(Records.open(folder, subject), {
    send: ({ method, path }) => {
      sent.push(`${method.toUpperCase()} ${path}`);
      return Promise.resolve({ values: [] });
    },
  });
  const refused: string[] = [];
  for (const path of paths)
    for (const method of methods) {
      const filled = `https://api.bitbucket.org/2.0${path.replace(/[{}]/g, "")}`;
      const outgoing = {
        method: method as Method,
        path,
        at: {},
        url: filled,
        as: { account: "a", authorization: "", secrets: [] },
      };
      await transport.send(outgoing, new AbortController().signal).catch((thrown: unknown) => {
        expect(thrown).toBeInstanceOf(NotARead);
        refused.push(`${method.toUpperCase()} ${path}`);
      });
    }
  expect(sent.sort()).toEqual(Object.keys(bitbucketReads).sort());
  expect(sent.filter((one) => !one.startsWith("GET "))).toEqual([
    "POST /admin/v2/orgs/{organization}/directories/{directory}/groups/search",
  ]);
  expect(refused.length).toBe(paths.size * methods.length - sent.length);
  expect(paths.size).toBeGreaterThan(70);
});

test("of Keycloak's admin API the reads of the list are sent, with whatever query, and no other", async () => {
  const connection = new RecordedConnection(Records.open(folder, subject), {
    claims: () => Promise.reject(new Error("not asked")),
    request: (method, path) => {
      sent.push(`${method} ${path}`);
      return Promise.resolve({ json: () => [], headers: new Headers() });
    },
  });
  const realm = "/admin/realms/acme";
  const allowed = Object.keys(keycloakReads).map((path) => realm + path.replace(/\{\w+\}/g, "x%2Fy"));
  const others = ["/credential-registrators", "/clients/1/client-secret", "/users/1/reset-password", "/users/1", "/keys", "/partial-export", "/logout-all", "/groups/1/children/2", "/users/1/impersonation"].map((path) => realm + path); // prettier-ignore
  const outside = [
    "/admin/realms",
    "/admin/serverinfo",
    "/admin/realms/acme/../master",
    "/admin/realms/other/users",
    "/realms/acme",
  ];
  for (const path of [...allowed, ...others, ...outside])
    for (const method of ["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD"] as const) {
      const asked = connection.request(method, `${path}?first=0`, {});
      if (method === "GET" && allowed.includes(path)) await asked;
      else await expect(asked).rejects.toThrow(NotARead);
    }
  expect(sent).toEqual(allowed.map((path) => `GET ${path}?first=0`));
});

test("of answers no more is kept than the list names: no value of a variable, no secret of a client or of the mail server", () => {
  const variables = bitbucketReads["GET /repositories/{workspace}/{repo_slug}/pipelines_config/variables"];
  const page = {
    values: [{ uuid: "{1}", key: "K", value: "v", secured: false }],
    next: "https://n",
    size: 1,
  };
  expect(keptOfPage(page, variables ?? {})).toEqual({
    values: [{ uuid: "{1}", key: "K", secured: false }],
    next: "https://n",
  });
  const clients = [{ id: "1", clientId: "wiki", secret: "s", attributes: { "client.secret.rotated": "s" } }];
  expect(keptOf(clients, keycloakReads["/clients"] ?? {})).toEqual([{ id: "1", clientId: "wiki" }]);
  const realm = { realm: "acme", smtpServer: { host: "mail", password: "p" }, attributes: { a: "b" } };
  expect(keptOf(realm, keycloakReads[""] ?? {})).toEqual({ realm: "acme", smtpServer: { host: "mail" } });
});
