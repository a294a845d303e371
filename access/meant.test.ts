import { meantName, meantOf, meantPerson } from "./meant";

test.each([
  ["prod", "prod"],
  ["Prod", "prod"],
  [" prod\n", "prod"],
  ["PAY", "PAY"],
  ["pay", "PAY"],
  ["prd", undefined],
  ["", undefined],
  ["b", undefined],
])("%j means %s", (given, expected) => {
  expect(meantOf(given, ["prod", "dev", "PAY", "B", "b "])).toBe(expected);
});

test("what nobody is called is refused, with what there is, and what may be meant", () => {
  expect(() => meantName("prd", ["prod", "dev"], "stack")).toThrow(
    'found no stack "prd"; allowed: prod, dev; did you mean "prod"?',
  );
  expect(() => meantName("x", [], "stack")).toThrow('found no stack "x"; allowed: none is declared');
});

const dora = { username: "dora", email: "dora@acme.example" };
const emil = { username: "emil", email: "emil@acme.example" };

test.each(["dora", "Dora", "DORA", " dora ", "dora@acme.example", "Dora@ACME.example"])(
  "%j is dora",
  (given) => {
    expect(meantPerson(given, [dora, emil], [dora])).toBe("dora");
    expect(meantPerson(given, [emil], [dora])).toBe("dora");
    expect(meantPerson(given, [dora, emil], [])).toBe("dora");
  },
);

test("nobody, or one in a file and another in the realm, is refused", () => {
  expect(() => meantPerson("dorra", [dora, emil], [])).toThrow(
    'found no person "dorra"; allowed: dora, emil; did you mean "dora"?',
  );
  expect(() => meantPerson("Dora@acme.example", [dora], [{ ...emil, email: dora.email }])).toThrow(
    'found "Dora@acme.example", which may be dora (access.yaml) or emil (Keycloak); give the user name',
  );
});
