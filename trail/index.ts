/** The audit trail: who changed what, when, why, and who approved of it. */
export * from "./entry";
export { auditFolder } from "./place";
export { readTrail, trailFolders, trailOptions, type Trail, type TrailOptions } from "./trail";
