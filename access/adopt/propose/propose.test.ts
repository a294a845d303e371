import { foundCompany } from "../../testing/found";
import { propose } from "./propose";

test("a small company, as a person would write it", () => {
  expect(propose(foundCompany, { environment: "prod", plan: "premium" })).toMatchSnapshot();
});
