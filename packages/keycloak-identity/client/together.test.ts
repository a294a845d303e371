import { startServer } from "@bitbucket-keycloak/http/testing/server";
import { Connection } from "./connection";
import { KeycloakAdmin } from "./keycloak";
import { fakeKeycloak, type Fake, type FakeRealm } from "../testing/keycloak";
import { Together } from "./together";

let fake: Fake | undefined;
afterEach(async () => {
  await fake?.close();
});

const id = (number: number) => `00000000-0000-4000-8000-${String(number).padStart(12, "0")}`;
const numbers = Array.from({ length: 60 }, (_, number) => number);

async function asked(ids: readonly string[], realm: Partial<FakeRealm> = {}) {
  fake = await fakeKeycloak({
    users: numbers.map((number) => ({ id: id(number), username: `person-${number}` })),
    ...realm,
  });
  const { admin, requests } = fake;
  const together = new Together();
  const found = await Promise.allSettled(ids.map((one) => together.user(admin, one)));
  return {
    found: found.map((one) => (one.status === "fulfilled" ? one.value?.username : "failed")),
    paths: requests().map((path) => path.replace("/admin/realms/acme/", "").split("?")[0]),
  };
}

test("people who are asked for at the same time share requests, fifty each", async () => {
  const { found, paths } = await asked(numbers.map(id));
  expect(found).toEqual(numbers.map((number) => `person-${number}`));
  expect(paths).toEqual(["users", "users"]);
});

test("one alone is asked for by the id, and so is whom the search leaves out: only that says that somebody is gone", async () => {
  expect(await asked([id(7)])).toEqual({ found: ["person-7"], paths: [`users/${id(7)}`] });
  await fake?.close();
  expect(await asked([id(1), id(2), id(99)], { unsearched: new Set([id(1)]) })).toEqual({
    found: ["person-1", "person-2", undefined],
    paths: ["users", `users/${id(1)}`, `users/${id(99)}`],
  });
});

test("where Keycloak refuses, each of them hears of it", async () => {
  const token = JSON.stringify({ access_token: "token-0123456789", expires_in: 60 });
  const server = await startServer(({ path }) =>
    path.endsWith("/token") ? { status: 200, body: token } : { status: 403 },
  );
  const env = { KEYCLOAK_CLIENT_ID: "deploy", KEYCLOAK_CLIENT_SECRET: "client-secret-0123456789" };
  const admin = new KeycloakAdmin(Connection.from(server.url, env), "acme");
  const together = new Together();
  const found = await Promise.allSettled([id(1), id(2)].map((one) => together.user(admin, one)));
  expect(found.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  await server.close();
});
