/** The audit trail: who changed what, when, why, and who approved of it. */
export * from "./entry";
export { readTrail, trailFolders } from "./trail";
