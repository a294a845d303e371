import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../toolchain/places";
import { generated, generatedFolders } from "./generated";

const files = generated();

test.each([...files])("%s is committed as it is generated; npm run docs writes it", (file, text) => {
  expect(readFileSync(join(root, file), "utf8")).toBe(text);
});

test.each(generatedFolders)("nothing else lies in %s", (folder) => {
  const expected = [...files.keys()].filter((file) => file.startsWith(`${folder}/`));
  expect(
    readdirSync(join(root, folder))
      .map((name) => `${folder}/${name}`)
      .sort(),
  ).toEqual(expected.sort());
});
