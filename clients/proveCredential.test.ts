import { played, refused, said } from "../commands/verify/testing/server";
import { proveCredential } from "./proveCredential";

/** The pauses between tries, in milliseconds: nobody waits for them here. */
const mockPauses: number[] = [];
jest.mock("node:timers/promises", () => ({
  setTimeout: (pause: number) => {
    mockPauses.push(pause);
    return Promise.resolve();
  },
}));

const server = played(() => said({ access_token: "one" }));
beforeEach(() => {
  mockPauses.length = 0;
  // Pauses are spread over their upper half; here each is as long as it may be.
  jest.spyOn(Math, "random").mockReturnValue(1);
});

const of = (clientId: string, status: string) =>
  `Keycloak refuses the new credential of ${clientId} (${status}): nothing was published, and what was published before still works; look at the realm's events, then run this again`;
const basic = (text: string) => `Basic ${Buffer.from(text).toString("base64")}`;

describe("a credential that is about to be published", () => {
  test("is tried as its holder would: for a token of its own", async () => {
    await proveCredential("api-a:s3cret", `${server.url}/token`);
    expect(
      server.asked.map(({ method, path, authorization, form }) => [method, path, authorization, form]),
    ).toEqual([["POST", "/token", basic("api-a:s3cret"), { grant_type: "client_credentials" }]]);
  });

  test("of a client that gets no token without a person is tried by asking about one", async () => {
    await proveCredential("bitbucket-a:s3cret", `${server.url}/token/introspect`);
    expect(server.asked.map(({ path, form }) => [path, form])).toEqual([
      ["/token/introspect", { token: "none" }],
    ]);
  });

  test("may hold any sign but a colon: both halves are encoded", async () => {
    await proveCredential("a&b:c d%", `${server.url}/token`);
    expect(server.asked[0]?.authorization).toBe(basic("a%26b:c%20d%25"));
  });

  test("is tried again while Keycloak does not know it yet, later and later", async () => {
    server.answer = () => (server.asked.length < 3 ? refused(401, "unauthorized_client", "") : said({}));
    await proveCredential("api-a:s3cret", `${server.url}/token`);
    expect([server.asked.length, mockPauses]).toEqual([3, [1000, 2000]]);
  });

  test("is refused after five tries, by its client's name and never by its secret", async () => {
    server.answer = () => refused(401, "unauthorized_client", "s3cret is wrong");
    await expect(proveCredential("api-a:s3cret", `${server.url}/token`)).rejects.toThrow(
      new Error(of("api-a", "401")),
    );
    expect([server.asked.length, mockPauses]).toEqual([5, [1000, 2000, 4000, 8000]]);
  });

  test("is refused where nobody answers", async () => {
    await expect(proveCredential("api-a:s3cret", "http://127.0.0.1:1/token")).rejects.toThrow(
      new Error(of("api-a", "ECONNREFUSED")),
    );
  });
});
