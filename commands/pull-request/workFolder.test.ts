import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { inWorkFolder } from "./workFolder";

const stack = readFileSync(join(__dirname, "../../stacks/Pulumi.dev.yaml"), "utf8");
const exception = (until: string) =>
  `exceptions:\n  - { rule: two-owners, on: realm, owner: ana, reason: Hiring, until: ${until} }\n`;
const own = {
  "access.yaml": "company: Acme\n",
  "access.lock.yaml": "workspace: acme\n",
  "exceptions.yaml": exception("2026-12-31"),
  "stacks/Pulumi.dev.yaml": stack,
};

let checkout: string;

beforeEach(() => {
  checkout = mkdtempSync(join(tmpdir(), "checkout "));
  for (const [path, text] of Object.entries({ ...own, "index.ts": "the program", ".git/HEAD": "x" })) {
    mkdirSync(dirname(join(checkout, path)), { recursive: true });
    writeFileSync(join(checkout, path), text);
  }
});
afterEach(() => {
  rmSync(checkout, { recursive: true, force: true });
});

/** What the program would find, by path; undefined: no such file. */
function found(proposed: Readonly<Record<string, string>>) {
  const proposal = {
    commit: "c",
    onto: "o",
    texts: new Map(Object.entries(proposed)),
    changed: [],
    program: [],
    tree: "",
  };
  return inWorkFolder(checkout, proposal, ({ folder, settings }) => {
    const read = (path: string) =>
      existsSync(join(folder, path)) ? readFileSync(join(folder, path), "utf8") : undefined;
    return Promise.resolve({
      texts: Object.fromEntries(
        [...Object.keys(own), "index.ts", ".git/HEAD"].map((path) => [path, read(path)]),
      ),
      settings,
    });
  });
}

test("the data is the proposal's, the program is the checkout's, and its history stays where it is", async () => {
  const proposed = { ...own, "access.yaml": "company: Other\n", "access.lock.yaml": "workspace: other\n" };
  const { texts, settings } = await found(proposed);
  expect(texts).toEqual({ ...proposed, "index.ts": "the program", ".git/HEAD": undefined });
  expect(settings).toEqual([]);
  const later = { ...own, "exceptions.yaml": exception("2027-01-31") };
  expect((await found(later)).settings).toEqual([
    {
      file: "exceptions.yaml",
      setting: "two-owners on realm",
      before: "until 2026-12-31 by ana: Hiring",
      after: "until 2027-01-31 by ana: Hiring",
      previewed: true,
    },
  ]);
});

test.each(["access.lock.yaml", "exceptions.yaml"])(
  "%s is gone where the proposal takes it away",
  async (path) => {
    const rest = Object.fromEntries(Object.entries(own).filter(([name]) => name !== path));
    expect((await found(rest)).texts).toEqual({ ...own, "index.ts": "the program", [path]: undefined });
  },
);
