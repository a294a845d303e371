import { settingNames } from "../access/settings/settings";
import { settingsPage } from "./settingsPage";

const paths = settingsPage()
  .split("\n")
  .flatMap((line) => /^\| `([^`]+)` \|/.exec(line)?.[1] ?? []);

test("every setting of a stack file is on the page", () => {
  expect([...new Set(paths.map((path) => path.split(".")[0]))]).toEqual(settingNames);
});

test("a setting is on the page with its meaning, what a problem would allow, and whether it may be left out", () => {
  const page = settingsPage().split("\n");
  const found = ["bitbucket.governing", "asOf", "samlKey.signing", "rotations.<name>.reason"].map((path) =>
    page.find((line) => line.startsWith(`| \`${path}\` |`)),
  );
  expect(found).toEqual([
    "| `bitbucket.governing` | Whether the stack owns what is not per environment: groups, permissions, branch restrictions. One stack of a workspace does. | true or false | yes |",
    '| `asOf` | The moment that grants are evaluated at. Default: now. | a moment with its time zone, as in "2026-11-23T12:00:00Z" | no |',
    "| `samlKey.signing` | The key that signs SAML; 0 is the one that came with the realm. | a whole number, as in 1 | with `samlKey` |",
    "| `rotations.<name>.reason` | Why, the last time. | why, as in printed into a log | yes |",
  ]);
});
