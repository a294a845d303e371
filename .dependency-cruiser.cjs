/**
 * The floors of the house: which room may use which. Types count like values. What is not allowed here is an error of
 * `npm run lint`; docs/adr/0030-rooms.md says why the rooms are these.
 *
 * Every room may use `access` and `packages`, `access` itself only how a text is made visible (`packages/output`); besides:
 */
const floors = {
  access: [],
  toolchain: [],
  checkout: [],
  clients: [],
  engine: ["toolchain"],
  components: ["clients"],
  policy: ["checkout"],
  trail: ["checkout", "clients"],
  evidence: ["trail", "engine", "policy", "checkout", "clients", "toolchain"],
  program: ["checkout", "clients", "components"],
  library: ["clients", "components"],
  commands: ["evidence", "trail", "engine", "policy", "checkout", "clients", "toolchain"],
  generate: ["commands", "evidence", "trail", "engine", "policy", "checkout", "clients", "toolchain"],
};
const below = { access: ["access", "packages/output"], packages: ["packages"] };

/** Tests and their support may use everything; nothing else uses them. */
const testing = "(^test/|/testing/|\\.test\\.ts$)";
const ours = `^(${[...Object.keys(floors), "packages"].join("|")})/|^index\\.ts$`;

const roomRules = Object.entries(floors).map(([room, others]) => ({
  name: `${room}-uses`,
  comment: `${room} may use ${[...(below[room] ?? ["access", "packages"]), ...others].join(", ")}, and nothing else of ours`,
  severity: "error",
  from: { path: `^${room}/`, pathNot: testing },
  to: {
    path: ours,
    // What compiles TypeScript stands below all of it.
    pathNot: `^toolchain/compiled\\.cjs$|^(${[room, ...(below[room] ?? ["access", "packages"]), ...others].join("|")})/`,
  },
}));

/** @type {import("dependency-cruiser").IConfiguration} */
module.exports = {
  forbidden: [
    ...roomRules,
    {
      name: "index-uses",
      comment: "the program is made of program, components, access and packages",
      severity: "error",
      from: { path: "^index\\.ts$" },
      to: { path: ours, pathNot: "^(program|components|access|packages)/" },
    },
    {
      name: "packages-use",
      comment: "a package uses packages only, so that it can be used without the rest",
      severity: "error",
      from: { path: "^packages/", pathNot: testing },
      to: { path: ours, pathNot: "^packages/" },
    },
    {
      name: "packages-by-name",
      comment: "a package is imported by its name, from outside and by other packages",
      severity: "error",
      from: { path: "^(?!packages/)" },
      to: {
        path: "^packages/",
        dependencyTypesNot: ["npm", "npm-dev", "aliased", "aliased-workspace", "localmodule"],
      },
    },
    {
      name: "emulator-and-provider",
      comment: "both know Bitbucket's contract alone: a mistake that they share would be seen by no test",
      severity: "error",
      from: { path: "^packages/bitbucket-emulator/", pathNot: testing },
      to: { path: "^packages/bitbucket/" },
    },
    {
      name: "provider-and-emulator",
      comment: "both know Bitbucket's contract alone: a mistake that they share would be seen by no test",
      severity: "error",
      from: { path: "^packages/bitbucket/", pathNot: testing },
      to: { path: "^packages/bitbucket-emulator/" },
    },
    {
      name: "commands-begin-at-main",
      comment: "a command is started, not called from outside",
      severity: "error",
      from: { path: "^(?!commands/|generate/)", pathNot: testing },
      to: { path: "^commands/", pathNot: "^commands/main\\.ts$" },
    },
    {
      name: "tests-are-used-by-tests",
      comment: "product code never needs a test or its support",
      severity: "error",
      from: { path: ours, pathNot: testing },
      to: { path: testing },
    },
    {
      name: "no-circles",
      comment: "files that import each other in a circle cannot be understood one by one",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    {
      name: "pure",
      comment: "access is pure: no network, no files, no SDK; zlib only packs a text",
      severity: "error",
      from: { path: "^access/", pathNot: testing },
      to: { dependencyTypes: ["core", "npm"], pathNot: "^zlib$|node_modules/(zod|yaml)/" },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "(^|/)(\\.local|\\.toolchain|node_modules/\\.cache)/" },
    tsPreCompilationDeps: true,
    // policy/package.json says a version, and the root's what the pack uses.
    combinedDependencies: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: { extensions: [".ts", ".js", ".mjs", ".cjs", ".json"] },
  },
};
