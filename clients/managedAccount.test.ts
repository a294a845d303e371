import { atlassianUrl } from "./managedAccount";

test.each([
  ["https://api.bitbucket.org", "https://api.atlassian.com"],
  ["http://127.0.0.1:7990", "http://127.0.0.1:7990"],
  ["https://api.bitbucket.org.example", "https://api.bitbucket.org.example"],
])("beside %s, an organisation is asked at %s", (bitbucket, organization) => {
  expect(atlassianUrl(bitbucket)).toBe(organization);
});
