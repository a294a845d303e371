import { changed, problemsOf } from "../testing/company";

test("one owner is too few, and the same one twice is one", () => {
  const tooFew =
    "2:9  owners: found one owner, ana; allowed: two people at least; add another person who can answer for the realms and the workspace [two-owners]";
  expect(problemsOf(changed(["[ana, ben]", "[ana]"]))).toStrictEqual([tooFew]);
  expect(problemsOf(changed(["[ana, ben]", "[ana, ana]"]))).toStrictEqual([
    tooFew,
    '2:15  owners[1]: found "ana" a second time; write it once [unique-entries]',
  ]);
});
