import { readFileSync } from "node:fs";
import { join } from "node:path";
import { InvalidAccess, parseStackFile } from "../../access";
import { root } from "../../toolchain/places";
import { proposedStack } from "./stackFile";

const file = "stacks/Pulumi.prod.yaml";
const present = readFileSync(join(root, file), "utf8");
const propose = (proposed: string) => proposedStack(present, proposed, file);
const settingsOf = (text: string) => {
  const read = parseStackFile(text, file);
  if (!read.ok) throw new Error("not a stack file");
  return read.settings;
};

test("what is the same is left as it stands, comments and all", () => {
  expect(propose(present)).toEqual({ text: present, changes: [] });
});

test("settings are taken over, and said", () => {
  const { text, changes } = propose(
    present
      .replace("session: 10 hours", "session: 12 hours")
      .replace("url: https://bitbucket.acme.example", "url: https://attacker.example"),
  );
  expect(settingsOf(text).lifetimes.session).toBe(12 * 3600);
  // The token of Data Center is sent there.
  expect(settingsOf(text).signIn.url).toBe("https://bitbucket.acme.example");
  expect(changes).toEqual([
    { file, setting: "lifetimes.session", before: "10 hours", after: "12 hours", previewed: true },
    {
      file,
      setting: "signIn.url",
      before: "https://bitbucket.acme.example",
      after: "https://attacker.example",
      previewed: false,
    },
  ]);
});

test("a day stays a text, which Pulumi would take for a moment without quotes", () => {
  const { text } = propose(present.replace("2027-06-30", "2027-09-30"));
  expect(settingsOf(text).rotation.apiTokenExpires).toBe("2027-09-30");
});

test("credentials go where the target branch says, whatever the proposal says", () => {
  const { text, changes } = propose(
    present
      .replace("https://keycloak.acme.example", "https://attacker.example")
      .replace("realm: acme", "realm: other")
      .replace("https://api.bitbucket.org", "https://attacker.example/api")
      .replace("workspace: acme", "workspace: other")
      .replace("people: external", "people: declared"),
  );
  expect(settingsOf(text).keycloak).toEqual({ ...settingsOf(present).keycloak, people: "declared" });
  expect(settingsOf(text).bitbucket).toEqual(settingsOf(present).bitbucket);
  expect(
    changes.map(({ setting, previewed }) => `${setting} ${previewed ? "previewed" : "not previewed"}`),
  ).toEqual([
    "bitbucket.url not previewed",
    "bitbucket.workspace not previewed",
    "keycloak.people previewed",
    "keycloak.realm not previewed",
    "keycloak.url not previewed",
  ]);
});

test("nothing but this program's settings is taken: no encryption, no environment, no setting of Pulumi's or a provider's", () => {
  const foreign = [
    "encryptionsalt: v1:AAAA=:v1:BBBB",
    "secretsprovider: awskms://attacker",
    "environment: [attacker/environment]",
  ].join("\n");
  const { text, changes } = propose(
    `${present}  keycloak:url: https://attacker.example\n  pulumi:disable-default-providers: ["*"]\n${foreign}\n`,
  );
  expect(text).toBe(present);
  expect(changes).toEqual(
    [
      "config keycloak:url",
      "config pulumi:disable-default-providers",
      "encryptionsalt",
      "environment",
      "secretsprovider",
    ].map((setting) => ({ file, setting, previewed: false })),
  );
});

test("an encrypted value, which the engine would decrypt, is no setting", () => {
  const sealed = present.replace("environment: prod", "environment: { secure: v1:AAAA }");
  expect(() => propose(sealed)).toThrow(InvalidAccess);
  const deeper = present.replace("realm: acme", "realm: { secure: v1:AAAA }");
  expect(() => propose(deeper)).toThrow(InvalidAccess);
});
