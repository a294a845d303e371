const { availableParallelism } = require("node:os");

/** @type {import("jest").Config} */
const common = {
  testEnvironment: "node",
  transform: {
    "^.+\\.ts$": [
      "@swc/jest",
      {
        jsc: { target: "es2023", parser: { syntax: "typescript" } },
        module: { type: "commonjs", ignoreDynamic: true },
      },
    ],
  },
  setupFilesAfterEnv: process.env.BITBUCKET_KEYCLOAK_REFUSALS ? ["<rootDir>/test/refusals/record.ts"] : [],
  modulePathIgnorePatterns: ["<rootDir>/.local", "<rootDir>/.toolchain"],
};

/** @type {import("jest").Config} */
module.exports = {
  // Jest leaves one core to itself; of two it would use one, and an end-to-end test waits for others half of its time.
  maxWorkers: Math.max(3, availableParallelism() - 1),
  // Whoever starts Git or a server waits for whatever else runs; a file that needs longer says so.
  testTimeout: 30_000,
  projects: [
    {
      ...common,
      displayName: "unit",
      testMatch: ["<rootDir>/**/*.test.ts"],
      testPathIgnorePatterns: ["/node_modules/", "<rootDir>/test/e2e/"],
    },
    {
      ...common,
      displayName: "e2e",
      testMatch: ["<rootDir>/test/e2e/**/*.test.ts"],
      globalSetup: "<rootDir>/test/e2e/world/globalSetup.ts",
      globalTeardown: "<rootDir>/test/e2e/world/globalTeardown.ts",
    },
  ],
};
