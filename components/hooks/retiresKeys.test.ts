import * as pulumi from "@pulumi/pulumi";
import { KeycloakAdmin } from "../../clients/keycloak";
import { played, said } from "../../commands/verify/testing/server";
import { retiresKeys } from "./retiresKeys";
import { hookArgs } from "./testing/hook";

const own = ["rsa-generated", "hmac-generated-hs512", "fallback-ES256", "fallback-HS512", "aes-generated"];
const server = played(({ method, path }) => {
  if (path.endsWith("/token")) return said({ access_token: "administrator", expires_in: 600 });
  return method === "GET" ? said(own.map((name) => ({ id: `of-${name}`, name }))) : { status: 204 };
});

/** What is deleted before a key of this name is made. */
async function retired(name: string): Promise<(string | undefined)[]> {
  const keycloak = KeycloakAdmin.from(server.url, "acme", {
    KEYCLOAK_CLIENT_ID: "c",
    KEYCLOAK_CLIENT_SECRET: "s",
  });
  await retiresKeys(() => keycloak)(hookArgs({ name: pulumi.output(name) }));
  return server.asked.filter(({ method }) => method === "DELETE").map(({ path }) => path.split("/").at(-1));
}

test("as long as something may live that Keycloak's own keys signed, nobody is asked", async () => {
  expect(await retired("es256-3")).toEqual([]);
  expect(server.asked).toEqual([]);
});

test("two rotations later Keycloak's own keys of this algorithm go, and no others", async () => {
  expect(await retired("es256-4")).toEqual(["of-fallback-ES256"]);
  expect(server.asked.map(({ query }) => query.type).filter(Boolean)).toEqual([
    "org.keycloak.keys.KeyProvider",
  ]);
});

test("the same of the other algorithm, at any later rotation", async () => {
  expect(await retired("hs512-11")).toEqual(["of-hmac-generated-hs512", "of-fallback-HS512"]);
});
