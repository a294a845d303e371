import * as pulumi from "@pulumi/pulumi";
import { played, refused, said } from "../../commands/verify/testing/server";
import { provesSignIn } from "./provesSignIn";
import { hookArgs } from "./testing/hook";

// Between two tries of a credential nobody waits here.
jest.mock("node:timers/promises", () => ({ setTimeout: () => Promise.resolve() }));

const server = played(() => said({ access_token: "one" }));

const refusalOf = (clientId: string, status: string) =>
  `Keycloak refuses the new credential of ${clientId} (${status}): nothing was published, and what was published before still works; look at the realm's events, then run this again`;
const basic = (text: string) => `Basic ${Buffer.from(text).toString("base64")}`;

const inputs = () =>
  hookArgs({
    issuer: `${server.url}/realms/acme`,
    clientId: pulumi.output("bitbucket-b"),
    clientSecret: pulumi.secret("s3cret"),
  });

test("its credential is tried at the realm that Data Center is to trust", async () => {
  await provesSignIn()(inputs());
  expect(server.asked.map(({ path, authorization }) => [path, authorization])).toEqual([
    ["/realms/acme/protocol/openid-connect/token/introspect", basic("bitbucket-b:s3cret")],
  ]);
});

test("one that Keycloak refuses stops it", async () => {
  server.answer = () => refused(401, "unauthorized_client", "");
  await expect(provesSignIn()(inputs())).rejects.toThrow(new Error(refusalOf("bitbucket-b", "401")));
});
