import { propose } from "../../../access/adopt/propose/propose";
import { foundCompany } from "../../../access/testing/found";
import { pageOf } from "./page";

test("the page of a small company", () => {
  expect(pageOf(propose(foundCompany, { environment: "prod", plan: "premium" }).report)).toMatchSnapshot();
});
