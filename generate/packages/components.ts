/** What is in the tarball of the components: one file, its types, and no program's settings or state. */
import { bundle } from "./bundle";
import { commonFiles, declared, manifestOf, type Files } from "./files";

/** What users install themselves, so that there is one copy of it in their programs. */
const shared = ["@pulumi/pulumi", "@pulumi/bitbucket"];

export function componentFiles(): Files {
  const { dependencies } = manifestOf("library");
  const { text, contains } = bundle("library/index.ts", shared);
  return new Map([
    ...commonFiles("library", { keywords: ["pulumi"], dependencies }, contains),
    ["index.js", text],
    ["index.d.ts", declared("library/index.ts")],
    ["workspaceAccess.d.ts", declared("library/workspaceAccess.ts")],
  ]);
}
