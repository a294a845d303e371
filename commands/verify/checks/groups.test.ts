import { groupChecks } from "./groups";
import { eachIsFound } from "../testing/broken";

eachIsFound(groupChecks, [
  {
    what: "a group is renamed in Keycloak",
    breakIt: ({ groups }) => {
      const [hands] = groups[1]?.subGroups ?? [];
      if (hands) hands.name = "fingers";
    },
    found: {
      "groups-equal": "Keycloak has no group /makers/hands; Keycloak's /makers/fingers is no team",
    },
  },
  {
    what: "a group has left its parent in Keycloak",
    breakIt: ({ groups }) => groups.push(...(groups[1]?.subGroups.splice(0, 1) ?? [])),
    found: { "groups-equal": "Keycloak has no group /makers/hands; Keycloak's /hands is no team" },
  },
  {
    what: "a group is gone from Bitbucket",
    breakIt: () => undefined,
    bitbucketGroups: ["makers", "leads", "hands", "administrators"],
    found: { "groups-equal": "Bitbucket has no group guests" },
  },
]);
