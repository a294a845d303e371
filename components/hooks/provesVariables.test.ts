import * as pulumi from "@pulumi/pulumi";
import type { Server } from "node:http";
import { listen, refused, said, type Answered, type Asked } from "../../commands/verify/testing/server";
import { provesVariables } from "./provesVariables";
import { hookArgs } from "./testing/hook";

// Between two tries of a credential nobody waits here.
jest.mock("node:timers/promises", () => ({ setTimeout: () => Promise.resolve() }));

let server: Server;
let url: string;
let asked: Asked[];
let answer: () => Answered;
beforeAll(async () => {
  ({ url, server } = await listen((request) => {
    asked.push(request);
    return answer();
  }));
});
afterAll(() => server.close());
beforeEach(() => {
  asked = [];
  answer = () => said({ access_token: "one" });
});

const refusalOf = (clientId: string, status: string) =>
  `Keycloak refuses the new credential of ${clientId} (${status}): nothing was published, and what was published before still works; look at the realm's events, then run this again`;
const basic = (text: string) => `Basic ${Buffer.from(text).toString("base64")}`;

const hook = provesVariables("CREDENTIAL", "TOKEN_URL");
const list = () =>
  hookArgs({
    variables: pulumi.secret([
      { key: "TOKEN_URL", value: `${url}/token` },
      { key: "OTHER", value: "x:y" },
      { key: "CREDENTIAL", value: "api-b:s3cret" },
    ]),
  });

test("the credential among them is tried at the address among them", async () => {
  await hook(list());
  expect(asked.map(({ path, authorization }) => [path, authorization])).toEqual([
    ["/token", basic("api-b:s3cret")],
  ]);
});

test("one that Keycloak refuses stops it", async () => {
  answer = () => refused(400, "invalid_client", "");
  await expect(hook(list())).rejects.toThrow(new Error(refusalOf("api-b", "400")));
});
