/**
 * `strict`: what the contract does not promise is not sent, and what it does not know is refused. `generous`: lists have
 * what Bitbucket adds in practice, and what is not known of a request is ignored, so that any client can be run.
 */
export const manners = ["strict", "generous"] as const;
export type Manner = (typeof manners)[number];
