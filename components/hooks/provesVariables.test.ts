import * as pulumi from "@pulumi/pulumi";
import { played, refused, said } from "../../commands/verify/testing/server";
import { provesVariables } from "./provesVariables";
import { hookArgs } from "./testing/hook";

// Between two tries of a credential nobody waits here.
jest.mock("node:timers/promises", () => ({ setTimeout: () => Promise.resolve() }));

const server = played(() => said({ access_token: "one" }));

const refusalOf = (clientId: string, status: string) =>
  `Keycloak refuses the new credential of ${clientId} (${status}): nothing was published, and what was published before still works; look at the realm's events, then run this again`;
const basic = (text: string) => `Basic ${Buffer.from(text).toString("base64")}`;

const hook = provesVariables("CREDENTIAL", "TOKEN_URL");
const list = () =>
  hookArgs({
    variables: pulumi.secret([
      { key: "TOKEN_URL", value: `${server.url}/token` },
      { key: "OTHER", value: "x:y" },
      { key: "CREDENTIAL", value: "api-b:s3cret" },
    ]),
  });

test("the credential among them is tried at the address among them", async () => {
  await hook(list());
  expect(server.asked.map(({ path, authorization }) => [path, authorization])).toEqual([
    ["/token", basic("api-b:s3cret")],
  ]);
});

test("one that Keycloak refuses stops it", async () => {
  server.answer = () => refused(400, "invalid_client", "");
  await expect(hook(list())).rejects.toThrow(new Error(refusalOf("api-b", "400")));
});
