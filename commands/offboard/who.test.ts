import type { KeycloakUser } from "../../clients/keycloak";
import { whoIs } from "./who";

const dora = { id: "1", username: "dora", email: "dora@acme.example" };
const declared = [
  { username: "dora", name: "Dora", email: "Dora@acme.example" },
  { username: "emil", name: "Emil", email: "emil@acme.example" },
];
/** Keycloak's own comparison: exact, and by lower case. */
const realm = (...users: readonly KeycloakUser[]) => ({
  get: <T>(_: string, { username, email }: Readonly<Record<string, string>> = {}) =>
    Promise.resolve(
      users.filter((user) =>
        username === undefined ? user.email === email : user.username === username,
      ) as T,
    ),
});

test.each(["dora", "Dora", "DORA", " dora ", "dora@acme.example", "DORA@acme.example"])(
  "%j is one person in both systems, or in the one that knows her",
  async (given) => {
    expect(await whoIs(given, declared, realm(dora))).toEqual({ person: "dora", user: dora });
    expect(await whoIs(given, [], realm(dora))).toEqual({ person: "dora", user: dora });
    expect(await whoIs(given, declared, realm())).toEqual({ person: "dora" });
    expect(await whoIs(given, declared, realm({ id: "1", username: "dora" }))).toMatchObject({
      user: { id: "1" },
    });
  },
);

test.each([
  [
    "dorra",
    'found no person "dorra"; allowed: dora, emil; did you mean "dora"?; of who was off-boarded before',
  ],
  [" ", 'found ""; allowed: the user name or the e-mail address of a person'],
  ["emil@acme.example", "which may be emil (access.yaml) or dora (access.yaml and Keycloak)"],
])("%j is refused before anything is taken", async (given, message) => {
  const users = realm({ ...dora, email: "emil@acme.example" });
  await expect(whoIs(given, declared, users)).rejects.toThrow(message);
});
