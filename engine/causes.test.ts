import { causesIn, isCancelled, isUncertain } from "./causes";

const sent = (answer: string) => `error sending POST request to /admin/realms/acme/users: ${answer}`;
const conflict = sent('409 Conflict. Response body: {"errorMessage":"User exists with same email"}');
const taken =
  "keycloak answered 409 (User exists with same email) to POST /users; something of this name is there already; choose another name, or remove what is there";

test("what Keycloak's provider says twice is one cause, in words", () => {
  const logged = `  sdk-v2/provider2.go:571: sdk.helper_schema: ${conflict}: provider=keycloak@6.13.0\n`;
  const returned = `<{%reset%}>1 error occurred:\n\t* ${conflict}\n\n\n<{%reset%}>`;
  expect(causesIn([logged, returned])).toEqual([taken]);
  expect(causesIn([`2 errors occurred:\n\t* ${conflict}\n\t* another\n`])).toEqual([taken, "another"]);
});

test.each([
  [
    sent(
      '400 Bad Request. Response body: {"field":"firstName","errorMessage":"error-person-name-invalid-character","params":["firstName"]}',
    ),
    /^keycloak answered 400 \(error-person-name-invalid-character: firstName\) to POST \/users; it takes what is declared/,
  ],
  [
    sent(
      '400 Bad Request. Response body: {"errors":[{"field":"a","errorMessage":"one"},{"field":"b","errorMessage":"two"}]}',
    ),
    /^keycloak answered 400 \(one: a, two: b\)/,
  ],
  [
    sent('403 Forbidden. Response body: {"error":"HTTP 403 Forbidden"}'),
    /^keycloak answered 403 \(HTTP 403 Forbidden\).*may not do this/,
  ],
  [
    sent("404 Not Found."),
    /^keycloak answered 404 to POST \/users; what this belongs to is not there any more/,
  ],
  [
    sent("503 Service Unavailable. Response body: <html>hunter2</html>"),
    /^keycloak answered 503 to POST \/users; the trouble is on Keycloak's side$/,
  ],
  [
    sent('400 Bad Request. Response body: {"unknown":"hunter2"}'),
    /^(?!.*hunter2)keycloak answered 400 to POST/,
  ],
  [
    "cannot write the permission of group a: bitbucket answered 403 (no)",
    /^cannot write the permission of group a: bitbucket answered 403 \(no\)$/,
  ],
])("%s", (said, expected) => {
  expect(causesIn([said])).toEqual([expect.stringMatching(expected)]);
});

test.each([
  ["failed to run policy: context canceled", true, true],
  ["resource monitor shut down while waiting on step's done channel", true, true],
  ['Post "http://127.0.0.1/admin": EOF', false, true],
  ["keycloak answered 503 to POST /users", false, true],
  [taken, false, false],
])("%s: cancelled %s, uncertain %s", (cause, cancelled, uncertain) => {
  expect([isCancelled(cause), isUncertain(cause)]).toEqual([cancelled, uncertain]);
});
