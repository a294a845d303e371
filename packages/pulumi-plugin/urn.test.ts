import { parseUrn, providerUrn, readUrn } from "./urn";

const urn = { stack: "prod", project: "shop", within: [], type: "a:index:B", name: "c" };
const start = "urn:pulumi:prod::shop::";

test.each([
  ["a resource at the top", `${start}a:index:B::c`, urn],
  [
    "a resource within components",
    `${start}x:y:Z$x:y:W$a:index:B::c`,
    { ...urn, within: ["x:y:Z", "x:y:W"] },
  ],
  ["a name with ::", `${start}a:index:B::c::d`, { ...urn, name: "c::d" }],
  ["a name that begins and ends with ::", `${start}a:index:B::::c::`, { ...urn, name: "::c::" }],
  ["a name with $", `${start}x:y:Z$a:index:B::c$d:e:F`, { ...urn, within: ["x:y:Z"], name: "c$d:e:F" }],
  ["the stack", `${start}pulumi:pulumi:Stack::shop-prod`, { ...urn, type: "pulumi:pulumi:Stack", name: "shop-prod" }], // prettier-ignore
  ["a provider", `${start}pulumi:providers:a::c`, { ...urn, type: "pulumi:providers:a" }],
])("%s is taken apart", (_, text, parts) => {
  expect(parseUrn(text)).toEqual(parts);
  expect(readUrn(text)).toEqual(parts);
});

test.each([
  "",
  "prod",
  "urn:ietf:prod::shop::a:index:B::c",
  "urn:pulumi:::shop::a:index:B::c",
  "urn:pulumi:prod::::a:index:B::c",
  `${start}a:index:B`,
  `${start}a:index:B::`,
  `${start}::c`,
  `${start}x:y:Z$::c`,
  `${start}$a:index:B::c`,
])("%j is no URN, and said so where there has to be one", (text) => {
  expect(parseUrn(text)).toBeUndefined();
  expect(() => readUrn(text)).toThrow(
    new Error(`found "${text}", which is no URN; one is urn:pulumi:<stack>::<project>::<types>::<name>`),
  );
});

test.each([
  [`${start}pulumi:providers:a::c::1234`, `${start}pulumi:providers:a::c`],
  [`${start}pulumi:providers:a::c::d::1234`, `${start}pulumi:providers:a::c::d`],
  ["", ""],
  ["x", ""],
])("the provider that %j refers to is %j", (reference, expected) => {
  expect(providerUrn(reference)).toBe(expected);
});
