/** What a request writes: one entry, or another end, and nothing that breaks a rule. */
import { momentVariable } from "../../checkout/moment";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { textsIn } from "../../checkout/folder";
import { root } from "../../toolchain/places";
import { drafted, type Wanted } from "./draft";

const env = { [momentVariable]: "2026-12-01T12:00:00Z" };
const acme = readFileSync(join(root, "test/fixtures/acme.yaml"), "utf8");
const withAccount = acme.replace(
  "dora: { name: Dora Lind, email: dora@acme.example }",
  'dora: { name: Dora Lind, email: dora@acme.example, account: "{d07ad07a-d07a-4d07-8d07-d07ad07ad07a}" }',
);
const asked: Wanted = {
  who: "dora",
  can: "merge",
  on: "payments-api",
  until: "2026-12-08",
  reason: "Stands in for Chen",
};
const draft = (wanted: Partial<Wanted> = {}, text = withAccount) => {
  const texts = new Map([...textsIn(root), ["access.yaml", text]]);
  texts.delete("exceptions.yaml");
  return drafted(root, "prod", env, { ...asked, ...wanted }, texts);
};
const added = (before: string, after: string) =>
  after.split("\n").filter((line) => !before.split("\n").includes(line));

test("one entry at the end of the grants, and what it means", () => {
  const { text, title, lines } = draft();
  expect(added(withAccount, text)).toStrictEqual([
    '  - { person: dora, can: [merge], on: PAY/payments-api, until: "2026-12-08", reason: Stands in for Chen }',
  ]);
  expect(text.replace(added(withAccount, text)[0] ?? "", "").trim()).toBe(withAccount.trim());
  expect(title).toBe("dora can merge on PAY/payments-api until 2026-12-08");
  expect(lines.slice(1)).toStrictEqual(["  gives nothing else", "  ask chen, who answers for project PAY"]);
});

test("the same again, later: another end, and no second entry", () => {
  const first = draft().text;
  const { text } = draft({ until: "2026-12-15" }, first);
  expect(text).toBe(first.replace("2026-12-08", "2026-12-15"));
});

test("for four hours, and then for longer", () => {
  const first = draft({ until: "4h" });
  expect(first.title).toBe("dora can merge on PAY/payments-api until 2026-12-01T16:00Z");
  const second = draft({ until: "2026-12-02T01:30+05:30" }, first.text);
  expect([second.before, second.title]).toEqual([
    "2026-12-01T16:00Z",
    "dora can merge on PAY/payments-api until 2026-12-01T20:00Z",
  ]);
  expect(second.text).toBe(first.text.replace("2026-12-01T16:00Z", "2026-12-01T20:00Z"));
});

test("to a team, without an end", () => {
  const texts = new Map([...textsIn(root), ["access.yaml", acme]]);
  const { who, can, on, reason } = { ...asked, who: "payments" };
  const { text, lines } = drafted(root, "prod", env, { who, can, on, reason }, texts);
  expect(added(acme, text)).toStrictEqual([
    "  - { team: payments, can: [merge], on: PAY/payments-api, reason: Stands in for Chen }",
  ]);
  expect(lines).toContain("  gives dora, emil: merge on PAY/payments-api");
});

test.each<[string, Partial<Wanted>, string, string]>([
  [
    "a time that nobody can read",
    { until: "4" },
    withAccount,
    "allowed: a time from now, as in 30m, 4h or 2d, a day",
  ],
  ["a moment that is over", { until: "2026-12-01T12:00Z" }, withAccount, "which is over"],
  ["an account that nobody knows", {}, acme, 'without "account"'],
  ["a day that is over", { until: "2026-11-30" }, withAccount, "which is over"],
  ["what there is already", { who: "payments", can: "trigger", on: "PAY" }, withAccount, "second time"],
  ["an agent that would administer", { who: "release-bot", can: "administer" }, withAccount, "for an agent"],
  ["a pipeline", { who: "pipeline:payments-api" }, withAccount, "allowed: a person, a team or an agent"],
  ["nobody", { who: "dara" }, withAccount, 'did you mean "dora"?'],
])("refused: %s", (_, wanted, text, why) => {
  expect(() => draft(wanted, text)).toThrow(why);
});
