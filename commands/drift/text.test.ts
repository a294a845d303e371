/** What people read of a drift check. What stands in it was written by whoever changed something. */
import { markdownOf, textOf } from "./text";
import { type DriftReport } from "../../evidence/reports/drift";

const report: DriftReport = {
  stack: "prod",
  at: "2026-11-23T12:00:00.000Z",
  verdict: "drift",
  findings: [
    {
      system: "keycloak",
      kind: "client",
      target: "backdoor",
      found: "there",
      who: "ana",
      when: "2026-11-23T12:00:00.000Z",
    },
    {
      system: "bitbucket",
      kind: "permission",
      target: "PAY: group support",
      declared: "read",
      found: "admin",
    },
    {
      system: "bitbucket",
      kind: "access key",
      target: "shop-web: a\u001b[2J|b<i> (1)",
      found: "ssh-ed25519, reads the repository",
    },
    { system: "bitbucket", kind: "branch restriction", target: "shop-web: push on main", declared: "nobody" },
  ],
  requests: 98,
  coverage: { parts: 16, looked: 9, never: 7 },
  notExamined: ["values of secured variables"],
};

test("in a terminal", () => {
  expect(textOf(report)).toBe(
    [
      "prod: 4 differences from what is declared",
      "",
      "  keycloak client backdoor: nobody declared it (there) [ana, 2026-11-23T12:00:00.000Z]",
      "  bitbucket permission PAY: group support: declared read, found admin",
      "  bitbucket access key shop-web: a\\u001b[2J|b<i> (1): nobody declared it (ssh-ed25519, reads the repository)",
      "  bitbucket branch restriction shop-web: push on main: gone (declared: nobody)",
      "",
      "9 of 16 parts of the workspace looked at in 98 requests; 7 never looked at yet",
      "not examined: values of secured variables",
    ].join("\n"),
  );
});

test("as markdown, nothing of it passes for markup", () => {
  const markdown = markdownOf(report);
  expect(markdown).toContain(
    "| bitbucket | access key | shop-web: a\\\\u001b\\[2J\\|b\\<i\\> (1) | nothing |",
  );
  expect(markdown.split("\n").filter((line) => line.startsWith("| "))).toHaveLength(6);
});
