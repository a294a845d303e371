import { secretsIn, withheld } from "./secrets";

const basic = Buffer.from("robot:correct horse").toString("base64");

test("secrets are told by header and by the name of a field, however deep; short words are none", () => {
  expect(
    secretsIn({
      headers: {
        Authorization: `Basic ${basic}`,
        accept: "application/json",
        cookie: "a=session-1; b=session-2",
      },
      json: {
        clientId: "robot-client",
        secret: "client-secret-1",
        credentials: [{ type: "password", value: "password-1", temporary: false }],
      },
      form: { grant_type: "client_credentials", client_secret: "client-secret-2", token: "none" },
      secrets: ["abc"],
    }),
  ).toEqual([
    "abc",
    basic,
    "correct horse",
    "session-1",
    "session-2",
    "client-secret-1",
    "password-1",
    "client-secret-2",
  ]);
  expect(secretsIn({ headers: { authorization: "Bearer token-0123" } })).toEqual(["token-0123"]);
  expect(secretsIn({})).toEqual([]);
});

test.each(['said "it"', "a b&c", 'a"b'])("a text that repeats %j in any form is withheld", (secret) => {
  const basic = Buffer.from(`robot:${secret}`).toString("base64");
  const forms = [
    secret,
    encodeURIComponent(secret),
    JSON.stringify(secret),
    ...(secret.length > 5 ? [basic] : []),
  ];
  for (const form of forms)
    expect(withheld(`refused: ${form}`, [secret])).toBe("its message is withheld, for it repeats a secret");
  expect(withheld("refused", [secret, ""])).toBe("refused");
});
