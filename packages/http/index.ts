/** What every client of this project sends its requests by. */
export { HttpError, send, type Call } from "./send";
export type { Answer } from "./answer";
export { malformed } from "./credentials";
export { formsOf, withheld } from "./secrets";
export { mayRepeat, once, pause, type Method, type Outcome, type Patience } from "./retry";
export { authorityAdvice, networkFor, proxyFor } from "./network";
export { networkProblems } from "./connections";
