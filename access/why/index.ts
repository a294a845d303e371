/** Why somebody can do something, or cannot, and what would change that. */
export { changesFor, entryOf, modelWith, wishedFor, type Candidate } from "./candidates";
export type { Holder } from "./holders";
export { liveOf, type Live, type Seen } from "./live";
export { proposalsOf, type Proposal } from "./proposals";
export { capabilitiesIn, questionOf, type Question } from "./question";
export type { Reason, Setting } from "./reason";
export { waysTo, type Link } from "./ways";
export { answerTo, askerLabel, type Answer, type Cell } from "./why";
