/** What is in the tarball of the components: one file, its types, and no program's settings or state. */
import { bundle, licences } from "./bundle";
import { declared, json, licence, manifestOf, readme, type Files } from "./files";

/** What users install themselves, so that there is one copy of it in their programs. */
const shared = ["@pulumi/pulumi", "@pulumi/bitbucket"];

export function componentFiles(): Files {
  const { name, version, description, license, dependencies } = manifestOf("library");
  const { text, contains } = bundle("library/index.ts", shared);
  const files = [
    [
      "package.json",
      json({
        name,
        version,
        description,
        license,
        keywords: ["pulumi"],
        main: "index.js",
        types: "index.d.ts",
        engines: { node: ">=22" },
        dependencies,
      }),
    ],
    ["README.md", readme("library")],
    ["LICENSE", licence()],
    ["LICENSES-OF-OTHERS", licences(contains)],
    ["index.js", text],
    ["index.d.ts", declared("library/index.ts")],
    ["workspaceAccess.d.ts", declared("library/workspaceAccess.ts")],
  ] as const;
  return new Map(files);
}
