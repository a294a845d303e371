/** The state of a checkout lies in its own folder, whatever that is called, and Pulumi agrees. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { folderOf, refuseMisread, stateUrl } from "./backend";
import { cli } from "./testing/cli";

const names = [
  "feature%2Fx",
  "a #1",
  "100%",
  "ä b",
  "what?",
  "a\tb",
  "~",
  "%41",
  "plain",
  "100%zz",
  "a&b=c;d",
];

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "backend "));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

test.each(names)("%j is one folder", (name) => {
  const url = stateUrl(`/srv/${name}/state`);
  expect(folderOf(url, "/elsewhere")).toBe(`/srv/${name}/state`);
  expect(decodeURIComponent(new URL(url).pathname)).toBe(`/srv/${name}/state`);
  expect(new URL(url).search).toBe("?metadata=skip");
});

test.each([
  ["file:///srv/state", "/srv/state"],
  ["file:///srv/some%20state", "/srv/some state"],
  ["file:///srv/some state?no_tmp_dir=true", "/srv/some state"],
  ["file://~", "/home/ana"],
  ["file://~/state", "/home/ana/state"],
  ["file://./state", "/project/state"],
  ["file://state", "/project/state"],
  ["file:///srv/100%/state", undefined],
  ["s3://acme", undefined],
  ["", undefined],
])("%s lies in %s", (backend, folder) => {
  expect(folderOf(backend, "/project", "/home/ana")).toBe(folder);
});

test("a path without anything special stands in its address as it is, as it always did", () => {
  expect(stateUrl("/srv/some ä, [b]/state")).toBe("file:///srv/some ä, [b]/state?metadata=skip");
});

// Where no CLI was installed or built yet, the end-to-end tests, which bring one, say the same.
(cli === undefined ? test.skip : test)("the CLI keeps the state in that folder", () => {
  for (const name of names) {
    const [state, cwd] = [join(folder, name, "state"), join(folder, "cwd")];
    for (const made of [state, cwd]) mkdirSync(made, { recursive: true });
    const env = {
      PATH: process.env.PATH,
      PULUMI_HOME: join(folder, "home"),
      PULUMI_BACKEND_URL: stateUrl(state),
      PULUMI_SKIP_UPDATE_CHECK: "true",
    };
    execFileSync(cli ?? "", ["login"], { cwd, env, stdio: "ignore" });
    expect(existsSync(join(state, ".pulumi/meta.yaml"))).toBe(true);
  }
  expect(readdirSync(folder).sort()).toEqual([...names, "cwd", "home"].sort());
});

const feature = (path: string) => join(folder, "feature%2Fx", path);
const found = (backend: string, path: string, taken: string, write: string) =>
  `PULUMI_BACKEND_URL, or pulumi login: found ${backend}, which means ${path}, and which Pulumi takes for ${taken}; write ${write}, or move the checkout to a path without %, # and ?`;

test("a path that Pulumi takes for another folder is refused with the address to write", () => {
  mkdirSync(feature("state"), { recursive: true });
  const [path, taken] = [feature("state"), join(folder, "feature/x/state")];
  const write = stateUrl(path);
  const refused = (problem: string, backend: string, cwd = "/", home = "/") => {
    expect(() => {
      refuseMisread(backend, cwd, home);
    }).toThrow(new Error(problem));
  };
  refused(found(`file://${path}`, path, taken, write), `file://${path}`);
  refused(found("file://./state", path, taken, write), "file://./state", feature(""));
  refused(found("file://~/state", path, taken, write), "file://~/state", "/", feature(""));
  const none = found("file://./new", "/100%/new", "no folder at all", stateUrl("/100%/new"));
  refused(none, "file://./new", "/100%");
});

test.each([
  "file:///srv/some%20state",
  "file://./some%20state",
  "file://~",
  "file://./state?a=b",
  "s3://a%20b",
  "",
])("%j is left alone", (backend) => {
  expect(() => {
    refuseMisread(backend, folder, "/home/ana");
  }).not.toThrow();
  expect(() => {
    refuseMisread(stateUrl(feature("state")), feature(""));
  }).not.toThrow();
});
