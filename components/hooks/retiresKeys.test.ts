import * as pulumi from "@pulumi/pulumi";
import type { Server } from "node:http";
import { KeycloakAdmin } from "../../clients/keycloak";
import { listen, said, type Asked } from "../../commands/verify/testing/server";
import { retiresKeys } from "./retiresKeys";
import { hookArgs } from "./testing/hook";

let server: Server;
let url: string;
let asked: Asked[];
const own = ["rsa-generated", "hmac-generated-hs512", "fallback-ES256", "fallback-HS512", "aes-generated"];
beforeAll(async () => {
  ({ url, server } = await listen((request) => {
    asked.push(request);
    if (request.path.endsWith("/token")) return said({ access_token: "administrator", expires_in: 600 });
    return request.method === "GET" ? said(own.map((name) => ({ id: `of-${name}`, name }))) : { status: 204 };
  }));
});
afterAll(() => server.close());
beforeEach(() => {
  asked = [];
});

/** What is deleted before a key of this name is made. */
async function retired(name: string): Promise<(string | undefined)[]> {
  const keycloak = new KeycloakAdmin(url, "acme", { clientId: "c", clientSecret: "s" });
  await retiresKeys(() => keycloak)(hookArgs({ name: pulumi.output(name) }));
  return asked.filter(({ method }) => method === "DELETE").map(({ path }) => path.split("/").at(-1));
}

test("as long as something may live that Keycloak's own keys signed, nobody is asked", async () => {
  expect(await retired("es256-3")).toEqual([]);
  expect(asked).toEqual([]);
});

test("two rotations later Keycloak's own keys of this algorithm go, and no others", async () => {
  expect(await retired("es256-4")).toEqual(["of-fallback-ES256"]);
  expect(asked.map(({ query }) => query.type).filter(Boolean)).toEqual(["org.keycloak.keys.KeyProvider"]);
});

test("the same of the other algorithm, at any later rotation", async () => {
  expect(await retired("hs512-11")).toEqual(["of-hmac-generated-hs512", "of-fallback-HS512"]);
});
