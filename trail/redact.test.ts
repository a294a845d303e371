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

const made = (letters: string, length: number) => letters.repeat(length).slice(0, length);
const pem = `-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\nMIIC+/=\n-----END RSA PRIVATE KEY-----`;

/** Made up here, by the forms that their makers document; in pieces, so that nobody takes them for real ones. */
test.each([
  ["AWS, access key", `AKIA${made("Q7XW", 16)}`],
  ["AWS, key of a session", `ASIA${made("Q7XW", 16)}`],
  ["Azure, secret of an application", `abc8Q~${made("xY9._-", 34)}`],
  ["Google, key", `AIza${made("Sy_-9", 35)}`],
  ["Google, token", `ya29.${made("a0Af", 40)}`],
  ["Google, secret of a client", `GOCSPX-${made("a-_Z", 28)}`],
  ["GitHub, token", `ghp_${made("aZ09", 36)}`],
  ["GitHub, token of an app", `ghs_${made("aZ09", 36)}`],
  ["GitHub, fine-grained token", `github_pat_${made("aZ_9", 82)}`],
  ["GitLab", `glpat-${made("aZ_9", 20)}`],
  ["Atlassian, API token", `ATATT3xFfGF0${made("aZ-_", 60)}=1A2B3C4D`],
  ["Atlassian, token of a repository", `ATCTT3xFfGN0${made("aZ-_", 60)}=1A2B3C4D`],
  ["Atlassian, app password", `ATBB${made("aZ09", 32)}`],
  ["npm", `npm_${made("aZ09", 36)}`],
  ["Pulumi", `pul-${made("0af9", 40)}`],
  ["Vault", `hvs.${made("aZ-_", 24)}`],
  ["Slack", `xoxb-${made("0123456789", 12)}-${made("aZ", 12)}`],
  ["Stripe", `sk_live_${made("aZ09", 24)}`],
  ["JSON Web Token, encrypted", `eyJhbGciOiJSU0EifQ.${made("aZ", 20)}.${made("bY", 9)}.${made("cX", 9)}.dd`],
  ["PEM", pem],
  ["PEM within JSON", JSON.stringify(pem).slice(1, -1)],
  ["PEM that was cut", "-----BEGIN PRIVATE KEY-----\nMC4CAQ\n"],
])("%s", (_, secret) => {
  expect(redacted(`found (${secret}) there`, {})).toMatch(/^found \(\[secret\]\)? ?(there)?/);
  expect(redacted(`found "${secret}".`, {})).toBe('found "[secret]".');
});

test.each([
  [`aws_secret_access_key = ${made("wJ/+", 40)}`, "aws_secret_access_key = [secret]"],
  [`https://a.blob.test/x?sp=r&sig=${made("a%2B", 40)}&se=1`, "https://a.blob.test/x?sp=r&sig=[secret]&se=1"],
  [`AccountName=a;AccountKey=${made("aZ+/", 40)}==;End=b`, "AccountName=a;AccountKey=[secret];End=b"],
  ['{\\"client_secret\\": \\"Xy12Z\\", \\"a\\": 1}', '{\\"client_secret\\": \\"[secret]\\", \\"a\\": 1}'],
  ["MY_CLIENT_SECRET=Xy12Z", "MY_CLIENT_SECRET=[secret]"],
])("%s", (text, expected) => {
  expect(redacted(text, {})).toBe(expected);
});

test("what begins like a key takes nothing with it that a key cannot hold", () => {
  const text = "reason: -----BEGIN PRIVATE KEY-----; team x gains deploy:prod. -----END PRIVATE KEY-----";
  expect(redacted(text, {})).toContain("; team x gains deploy:prod.");
});

test.each([
  "PROD_KEYCLOAK_CLIENT_SECRET",
  "EU_WEST_BITBUCKET_API_TOKEN",
  "AWS_SECRET_ACCESS_KEY",
  "NPM_TOKEN",
  "AZURE_STORAGE_KEY",
])("the value of %s is taken out in every form that it may stand in", (name) => {
  const secret = 'p<Q&7 +"ü/=\\x';
  const base64 = (text: string) => Buffer.from(text).toString("base64");
  const forms = [
    ...[
      secret,
      encodeURIComponent(secret),
      encodeURIComponent(secret).replace(/%../g, (one) => one.toLowerCase()),
    ],
    ...[
      new URLSearchParams({ a: secret }).toString().slice(2),
      JSON.stringify(secret),
      JSON.stringify(JSON.stringify(secret)),
    ],
    ...[
      JSON.stringify(secret).replace("<", "\\u003c").replace("&", "\\u0026"),
      Buffer.from(secret).toString("hex"),
    ],
    ...["", "a", "ab", "abc"].flatMap((before) => [
      base64(`${before}:${secret}`),
      base64(`${before}${secret}, and on`),
    ]),
    ...["", "a", "ab"].map((before) => Buffer.from(before + secret).toString("base64url")),
  ];
  for (const form of forms) {
    const left = redacted(`x ${form} y`, { [name]: secret });
    expect(left).toContain("[secret]");
    expect(left.replace("[secret]", "").length).toBeLessThan(30);
    expect(left).not.toContain(form);
  }
});

test("a file's name is no secret", () => {
  const value = { says: "read /run/secrets/token of it" };
  expect(redacted(value, { CI_TOKEN_PATH: "/run/secrets/token", A_TOKEN_URL: "/run/secrets/token" })).toEqual(
    value,
  );
});

/** By name: a variable that the table ceases to call a secret is missed here. */
const secretNames = [
  "KEYCLOAK_CLIENT_SECRET",
  "KEYCLOAK_PASSWORD",
  "KEYCLOAK_MAIL_PASSWORD",
  "KEYCLOAK_ACCESS_TOKEN",
  "BITBUCKET_API_TOKEN",
  "BITBUCKET_ACCESS_TOKEN",
  "BITBUCKET_ORGANIZATION_API_KEY",
  "BITBUCKET_DATA_CENTER_TOKEN",
  "MOVED_KEYCLOAK_CLIENT_SECRET",
  "MOVED_KEYCLOAK_PASSWORD",
  "MOVED_BITBUCKET_API_TOKEN",
  "MOVED_BITBUCKET_DATA_CENTER_TOKEN",
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
