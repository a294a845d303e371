import type { SignIn } from "../access";
import { namesOf, only, placed } from "./testing/placed";
import { firstRun, testRealm } from "./testing/realm";
import { BitbucketSignIn } from "./bitbucketSignIn";
import { SamlKey } from "./samlKey";

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
const place = (signIn: SignIn, roles: readonly string[] = ["merge:PAY", "read:PAY"]) =>
  placed(() => {
    const realm = testRealm();
    const samlKey = signIn.kind === "saml" ? new SamlKey("saml-key", { realm }) : undefined;
    const component = new BitbucketSignIn("sign-in", {
      realm,
      signIn,
      rotation: { ...firstRun, overlap: 86_400 },
      roles,
      ...(samlKey && { samlKey }),
    });
    component.shown.apply((value) => (shown = value));
  });

const client = "keycloak:openid/client:Client";
const samlClient = "keycloak:saml/client:Client";
const role = "keycloak:index/role:Role";

test.each([dataCenter, cloud])("the roles lie on a client that nobody signs in by: $kind", async (signIn) => {
  const all = await place(signIn);
  expect(only(all, client, "rights").inputs).toMatchObject({
    clientId: "bitbucket",
    accessType: "BEARER-ONLY",
    standardFlowEnabled: false,
    serviceAccountsEnabled: false,
    fullScopeAllowed: false,
  });
  expect(only(all, role, "merge:PAY").inputs).toMatchObject({ clientId: "rights-id", name: "merge:PAY" });
});

test("Data Center: two clients; one role brings the others into their tokens", async () => {
  const all = await place(dataCenter);
  expect(namesOf(all, client)).toEqual(["rights", "sign-in-a", "sign-in-b"]);
  expect(namesOf(all, samlClient)).toEqual([]);
  expect(namesOf(all, role)).toEqual(["every-right", "merge:PAY", "read:PAY"]);
  expect(only(all, role, "every-right").inputs.compositeRoles).toEqual(["merge:PAY-id", "read:PAY-id"]);
});

test("without roles there is nothing to bring into tokens", async () => {
  expect(namesOf(await place(dataCenter, []), role)).toEqual([]);
});

test("Cloud: one client, of SAML; its roles stand for people and agents alone", async () => {
  const all = await place(cloud);
  expect(namesOf(all, client)).toEqual(["rights"]);
  expect(namesOf(all, samlClient)).toEqual(["sign-in"]);
  expect(namesOf(all, role)).toEqual(["merge:PAY", "read:PAY"]);
  expect(namesOf(all, "random:index/randomPassword:RandomPassword")).toEqual([]);
});

test("Cloud: what to type in at Atlassian's comes out, in order", async () => {
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
