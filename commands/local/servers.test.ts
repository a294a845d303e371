import { isSame } from "./servers";

test.each([
  ["http://127.0.0.1:8080", "http://127.0.0.1:8080", true],
  ["http://127.0.0.1:8080", "http://localhost:8080", true],
  ["http://127.0.0.1:8080", "http://localhost:8080/", true],
  ["http://127.0.0.1:8080", "http://localhost:8081", false],
  ["http://127.0.0.1:8080", "https://127.0.0.1:8080", false],
  [undefined, "http://localhost:8080", false],
])("what runs at %s is what the setting %s means: %s", (own, setting, expected) => {
  expect(isSame(own, setting)).toBe(expected);
});
