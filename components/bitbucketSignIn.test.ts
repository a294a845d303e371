import type { SignIn } from "../access";
import { namesOf, only, registered, type Placed } from "./testing/placed";
import { firstRun, testRealm, testRights } from "./testing/realm";
import { BitbucketSignIn } from "./bitbucketSignIn";
import { SamlKey } from "./rotation/samlKey";

const dataCenter: SignIn = {
  kind: "oidc",
  url: "https://bitbucket.acme.example",
  connection: "none",
  publish: "hand",
};
const cloud: SignIn = {
  kind: "saml",
  url: "https://bitbucket.org",
  connection: "1f0e-5c3a",
  publish: "hand",
};

let shown: unknown;
async function place(signIn: SignIn, roles: readonly string[] = ["merge:PAY", "read:PAY"]) {
  const all = await registered(() => {
    const realm = testRealm();
    const samlKey =
      signIn.kind === "saml" ? new SamlKey("saml-key", { realm, context: firstRun }) : undefined;
    const component = new BitbucketSignIn("sign-in", {
      realm,
      signIn,
      rights: testRights(...roles),
      rotation: { overlap: 86_400 },
      ...(samlKey && { samlKey }),
      context: firstRun,
    });
    component.shown.apply((value) => (shown = value));
  });
  return all.filter(({ urn }) => urn.includes(":BitbucketSignIn"));
}

const client = "keycloak:openid/client:Client";
const samlClient = "keycloak:saml/client:Client";
const role = "keycloak:index/role:Role";
const holdsSecret = ({ inputs }: Placed) => JSON.stringify(inputs).includes('{"secret":');

test("people sign in to Data Center by two clients that each have a secret, and by nothing else", async () => {
  const all = await place(dataCenter);
  expect(namesOf(all, client)).toEqual(["sign-in-a", "sign-in-b"]);
  expect(namesOf(all, samlClient)).toEqual([]);
  expect(all.filter(holdsSecret).map(({ name }) => name)).toEqual(["sign-in-a", "sign-in-b"]);
});

test("tokens for Data Center say every right of their holder, by one role that holds them all", async () => {
  const all = await place(dataCenter);
  expect(namesOf(all, role)).toEqual(["every-right"]);
  expect(only(all, role, "every-right").inputs).toMatchObject({
    clientId: "rights-id",
    compositeRoles: ["role-1", "role-2"],
  });
  const says = "keycloak:index/genericRoleMapper:GenericRoleMapper";
  expect(namesOf(all, says)).toEqual(["sign-in-a", "sign-in-b"]);
  expect(only(all, says, "sign-in-b").inputs.roleId).toBe("every-right-id");
});

test("without rights there is nothing to say, and no role", async () => {
  const all = await place(dataCenter, []);
  expect([
    ...namesOf(all, role),
    ...namesOf(all, "keycloak:index/genericRoleMapper:GenericRoleMapper"),
  ]).toEqual([]);
});

test("people sign in to Cloud by SAML: no secret is made, and assertions say nothing of rights", async () => {
  const all = await place(cloud);
  expect(namesOf(all, samlClient)).toEqual(["sign-in"]);
  expect([...namesOf(all, client), ...namesOf(all, role)]).toEqual([]);
  expect(namesOf(all, "random:index/randomPassword:RandomPassword")).toEqual([]);
  expect(all.filter(holdsSecret)).toEqual([]);
});

test("what to type in at Atlassian's comes out, in order", async () => {
  await place({ ...cloud, connection: "pending" });
  const { steps, ...rest } = shown as { steps: string[] };
  expect(rest).toEqual({
    entityId: "https://keycloak.example/realms/realm-id",
    ssoUrl: "https://keycloak.example/realms/realm-id/protocol/saml",
    metadataUrl: "https://keycloak.example/realms/realm-id/protocol/saml/descriptor",
  });
  expect(steps).toHaveLength(7);
  expect(steps[2]).toContain("https://keycloak.example/realms/realm-id");
  expect(steps[5]).toContain("signIn.connection");
});
