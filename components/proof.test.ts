import { olderState } from "./proof";

const at = (turn: number, day = 1) => `${turn} 2026-01-0${day}T00:00:00.000Z`;

test.each<[string, string | undefined, string, string]>([
  ["the state knows the client as it is", at(1), at(1), at(3)],
  ["a run that died had turned it, and recorded nothing more", at(3), at(1), at(3)],
  ["only its settings change", at(1), at(1), at(1)],
])("%s: it may be changed", (_, found, before, after) => {
  expect(olderState("c", found, before, after)).toBeUndefined();
});

test.each<[string, string | undefined, string, string]>([
  ["a run that the state knows nothing of has turned it", at(5), at(1), at(3)],
  ["the same turn at another moment, by another state", at(3, 2), at(1), at(3)],
  ["a refresh read the newer turn, and the program wants the older one", at(3), at(3), at(1)],
  ["a refresh read the same turn of another state", at(3), at(3), at(3, 2)],
  ["nobody knows which turn it is of", undefined, at(1), at(3)],
])("%s: it is refused", (_, found, before, after) => {
  expect(olderState("c", found, before, after)).toMatch(
    /^client c was turned by a run that this state knows/,
  );
});
