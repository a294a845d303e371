import { ownNameChecks } from "./ownName";
import { eachIsFound } from "../testing/broken";

eachIsFound(ownNameChecks, [
  {
    what: "people may change their user names",
    breakIt: ({ profile }) => {
      profile.attributes[0] = { name: "username", permissions: { view: [], edit: ["admin", "user"] } };
    },
    found: {
      "own-profile": "people may change username themselves",
      "own-user-name": "the account's API takes another name; the form of a profile takes another name",
    },
  },
  {
    what: "the form of a profile takes what the account's API does not",
    breakIt: (realm) => (realm.faults.formTakesAnything = true),
    found: { "own-user-name": "the form of a profile takes another name" },
  },
]);
