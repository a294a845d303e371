import { serviceProviderOf, type SignIn } from "./signIn";

const saml: SignIn = {
  kind: "saml",
  url: "https://bitbucket.org/acme",
  connection: "1f0e5c3a-7d2b",
  publish: "hand",
};

test("the connection makes both addresses, exactly", () => {
  expect(serviceProviderOf(saml)).toEqual({
    entityId: "https://auth.atlassian.com/saml/1f0e5c3a-7d2b",
    acs: "https://auth.atlassian.com/login/callback?connection=saml-1f0e5c3a-7d2b",
  });
});

test("until Atlassian has shown one there is none, and Data Center has none", () => {
  expect(serviceProviderOf({ ...saml, connection: "pending" })).toBeUndefined();
  expect(serviceProviderOf({ ...saml, kind: "oidc", connection: "none" })).toBeUndefined();
});
