import { checkTools, go, java, maven, problem } from "./tools";

test("a tool that is new enough is no problem", () => {
  expect(problem(go, "go version go1.25.0 linux/amd64")).toBeUndefined();
  expect(problem(java({}), 'openjdk version "21.0.2" 2024-01-16')).toBeUndefined();
});

test("one that is too old says what was found and what to do", () => {
  expect(problem(java({}), 'openjdk version "11.0.20" 2023-07-18')).toBe(
    'Java 17 or later is needed (runs Keycloak), but "java" is 11.0.20: install a JDK (Debian: apt install ' +
      "openjdk-17-jdk), set JAVA_HOME to one, or set KEYCLOAK_URL to a server that runs already",
  );
});

test("one that is absent says what it is for", () => {
  expect(problem(maven, undefined)).toBe(
    'Maven 3.6 or later is needed (fetches Keycloak 26.7.3 from Maven Central), but "mvn" was not found: install it ' +
      "(Debian: apt install maven), or set KEYCLOAK_URL to a server that runs already",
  );
});

test("one that does not say its version is not trusted", () => {
  expect(problem(go, "hello")).toMatch(/^Go 1\.25 or later is needed .*"go version" does not say a version/);
});

test("Java is the one that Keycloak would take", () => {
  expect(java({}).command).toBe("java");
  expect(java({ JAVA_HOME: "/opt/jdk" }).command).toBe("/opt/jdk/bin/java");
});

test("everything that is missing is in one message", async () => {
  const absent = { ...go, command: "no-such-go" };
  const old = { ...maven, command: process.execPath, minimum: "999" };
  const fine = { ...maven, command: process.execPath, minimum: "20" };
  const found = checkTools([absent, old, fine], process.env);
  await expect(found).rejects.toThrow(
    "this machine lacks something; nothing was started\n- Go 1.25 or later",
  );
  await expect(found).rejects.toThrow(/\n- Maven 999 or later[^\n]*$/);
});
