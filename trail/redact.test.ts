import { variables } from "../access/environment";
import { redacted } from "./redact";

const env = {
  KEYCLOAK_CLIENT_SECRET: "s3cret-of-ours",
  BITBUCKET_EMAIL: "bot@acme.example",
  BITBUCKET_DATA_CENTER_TOKEN: "dc-token-of-ours",
  PULUMI_CONFIG_PASSPHRASE: "local",
};

test.each([
  [
    "refused client_secret=abc.def~ghi for client deployer",
    "refused client_secret=[secret] for client deployer",
  ],
  ['{"secret":"Xy12Z","name":"c1"}', '{"secret":"[secret]","name":"c1"}'],
  ['"value": "kept", "password": "Xy12Z"', '"value": "kept", "password": "[secret]"'],
  ["Authorization: Basic Ym90OnNlY3JldA==, then", "Authorization: Basic [secret], then"],
  ["token eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0.c2ln was printed", "token [secret] was printed"],
  ["ATATT3xFfGF0abcdefghijklmnop=12345678 leaked", "[secret] leaked"],
  [
    "git clone https://x-token-auth:abcdef@bitbucket.org/acme/x",
    "git clone https://x-token-auth:[secret]@bitbucket.org/acme/x",
  ],
  ["-----BEGIN PRIVATE KEY-----\nMC4CAQ\n-----END PRIVATE KEY----- end", "[secret] end"],
  ["the value s3cret-of-ours stood there", "the value [secret] stood there"],
  ["the server said dc-token-of-ours", "the server said [secret]"],
])("%s", (text, expected) => {
  expect(redacted({ deep: [{ text }] }, env)).toEqual({ deep: [{ text: expected }] });
});

/** By name: a variable that the table ceases to call a secret is missed here. */
const secretNames = [
  "KEYCLOAK_CLIENT_SECRET",
  "KEYCLOAK_PASSWORD",
  "BITBUCKET_API_TOKEN",
  "BITBUCKET_ORGANIZATION_API_KEY",
  "BITBUCKET_DATA_CENTER_TOKEN",
  "BITBUCKET_KEYCLOAK_AUDIT_KEY",
  "ROTATION_ALERT_URL",
  "WEBHOOK_SECRET",
  "KEYCLOAK_CREDENTIAL",
];

test("the table of variables calls these secrets, and no others", () => {
  expect(variables.flatMap(({ name, secret }) => (secret ? [name] : []))).toEqual(secretNames);
});

test.each([...secretNames, "PULUMI_CONFIG_PASSPHRASE", "PULUMI_ACCESS_TOKEN"])(
  "the value of %s is taken out wherever it stands",
  (name) => {
    const value = "plain words that look like none";
    expect(redacted([`first ${value}, then ${value}`], { [name]: value })).toEqual([
      "first [secret], then [secret]",
    ]);
  },
);

test("a secret is taken out in JSON and in an address, too", () => {
  const secret = 'two "words" & a\nline';
  const text = `${JSON.stringify({ said: secret })} ${encodeURIComponent(secret)} ${secret}`;
  expect(redacted(text, { BITBUCKET_API_TOKEN: secret })).toBe('{"said":"[secret]"} [secret] [secret]');
});

test("nothing is left of a secret that begins with another", () => {
  const both = { KEYCLOAK_PASSWORD: "plain words", BITBUCKET_API_TOKEN: "plain words and more" };
  expect(redacted("it was: plain words and more, or plain words", both)).toBe(
    "it was: [secret], or [secret]",
  );
});

test("what is no secret stays as it is, numbers and switches too", () => {
  const value = {
    text: "local secrets rotate by themselves; bot@acme.example; change 123456789012; commit 4f1c177d0e9a; user pass",
    count: 3,
    is: true,
    none: undefined,
  };
  expect(redacted(value, env)).toEqual(value);
});
