/** What a file leaves at the end of a token, and what stands in two lines, is refused before it is sent. */
import { dataCenterFrom } from "../dataCenter";
import { accessFrom } from "./credentials";

const right = {
  BITBUCKET_EMAIL: "ana@acme.example",
  BITBUCKET_API_TOKEN: "api-token-0123456789",
  BITBUCKET_ORGANIZATION_ID: "org-1",
  BITBUCKET_ORGANIZATION_API_KEY: "api-key-0123456789",
  BITBUCKET_ORGANIZATION_DIRECTORY: "dir-1",
  BITBUCKET_DATA_CENTER_TOKEN: "access-token-0123456789",
};

function readAll(environment: Readonly<Record<string, string>>): void {
  accessFrom(environment).bitbucket();
  accessFrom(environment).organization();
  dataCenterFrom("https://bitbucket.acme.example", environment);
}

test("what is right is read", () => {
  readAll(right);
});

test.each(Object.entries(right))("%s is one line without blanks at its ends", (name, value) => {
  for (const [wrong, found] of [
    [`${value}\n`, "a blank or a line break at an end"],
    [` ${value}`, "a blank or a line break at an end"],
    [`${value}\n${value}`, "a line break within"],
  ] as const) {
    const read = () => {
      readAll({ ...right, [name]: wrong });
    };
    expect(read).toThrow(`${name} has ${found}; allowed: one line without blanks at its ends; set it anew`);
    expect(read).not.toThrow(value);
  }
});
