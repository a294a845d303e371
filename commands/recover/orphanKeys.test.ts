import { orphansOf } from "./orphanKeys";

const schedule = (rotation: number) => ({
  urn: "urn:pulumi:dev::p::a$rotation:index:Schedule::signing-keys",
  type: "rotation:index:Schedule",
  inputs: { rotation },
});
const key = (id: string) => ({ urn: `urn:${id}`, type: "keycloak:index/key:Key", id });

test("a key of ours that the state does not know is an orphan; others are nobody's business", () => {
  const components = [
    { id: "1", name: "es256-4" },
    { id: "2", name: "es256-5" },
    { id: "3", name: "es256-5" },
    { id: "4", name: "rsa-generated" },
    { id: "5", name: "es256-mine" },
    { id: "6", name: "hs512-6" },
  ];
  const found = orphansOf(components, [schedule(3), key("1"), key("2")]);
  expect(found.map(({ component: { id }, isNewer }) => [id, isNewer])).toEqual([
    ["3", false],
    ["6", true],
  ]);
});

test("of a first run that died, all keys may be orphans", () => {
  const components = [0, 1, 2].map((number) => ({ id: String(number), name: `hs512-${number}` }));
  expect(orphansOf(components, []).map(({ isNewer }) => isNewer)).toEqual([false, false, false]);
});

test("a SAML key that cannot sign was never in use; one that may is another state's", () => {
  const saml = (id: string, active: string) => ({ id, name: `saml-${id}`, config: { active: [active] } });
  const found = orphansOf([saml("1", "false"), saml("2", "true"), saml("3", "false")], [key("3")]);
  expect(found.map(({ component: { id }, isNewer }) => [id, isNewer])).toEqual([
    ["1", false],
    ["2", true],
  ]);
});
