import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../toolchain/places";

/** Product code without line breaks, one text a file; what a text is joined of stands as one. */
const sources = spawnSync("git", ["ls-files", "*.ts", "*.mjs"], { cwd: root, encoding: "utf8" })
  .stdout.split("\n")
  .filter(
    (file) => file !== "" && !/(^test\/|\/testing\/|\.test\.ts$|^packages\/bitbucket-emulator\/)/.test(file),
  )
  .map((file) =>
    readFileSync(join(root, file), "utf8")
      .replace(/["`]\s*\+\s*["`]/g, "")
      .replace(/\s+/g, " "),
  );

/** The parts of a message that stand in every one of its kind. */
const fixed = (message: string) =>
  message
    .split("…")
    .map((part) => part.trim())
    .filter((part) => part.length > 1);

const isInCode = (message: string) =>
  sources.some((source) => fixed(message).every((part) => source.includes(part)));

const page = readFileSync(join(root, "docs/troubleshooting.md"), "utf8");
const messages = [...page.matchAll(/^\| `(.+?)`.* \|.*\|.*\|$/gm)].map(([, message = ""]) => message);

test.each(messages.filter((message) => message !== "access.yaml:…"))("%s stands in the code", (message) => {
  expect(isInCode(message)).toBe(true);
});

test("there are as many as the page has rows; one that nobody says is found", () => {
  expect(messages.length).toBeGreaterThan(60);
  expect(isInCode("nobody says this of …, ever")).toBe(false);
});
