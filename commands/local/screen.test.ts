import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseStackFile, readAccess } from "../../access";
import { renderStatus, renderWelcome } from "./screen";

const root = join(__dirname, "../..");
const stack = parseStackFile(readFileSync(join(root, "stacks/Pulumi.local.yaml"), "utf8"), "local");
const access = readAccess(readFileSync(join(root, "test/fixtures/acme.yaml"), "utf8"), "access.yaml");
const credentials = {
  keycloak: { url: "http://127.0.0.1:8080", user: "admin", password: "the-password" },
  bitbucket: { email: "admin@acme.example", apiToken: "the-token" },
  people: { "dora@acme.example": "doras-token" },
};

test("the last screen says what is there, where, and what to try; no secret is in it", () => {
  if (!stack.ok || !access.ok) throw new Error("the files of this repository are not valid");
  const text = renderWelcome({
    settings: stack.settings,
    model: access.model,
    credentials,
    credential: "keyless",
    changes: "160 created",
    membership: { changes: [], unmatched: [], takenOut: [], removedShare: 0 },
  });
  expect(text).toMatchSnapshot();
  for (const secret of ["the-password", "the-token", "doras-token"]) expect(text).not.toContain(secret);
});

test("the status says what runs, and how to start what does not", () => {
  expect(renderStatus({ keycloak: "http://127.0.0.1:8080" }, "acme-local", credentials)).toBe(
    `Keycloak   http://127.0.0.1:8080
Bitbucket  not running: npm run local
People sign in at http://127.0.0.1:8080/realms/acme-local/account
The administrator's password and all API tokens: .local/credentials.json`,
  );
});
