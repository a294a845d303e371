/** `npm run adopt`: beside what is there, and in place of it. */
import { command } from "../frame/spec";
import { look } from "./look/command";
import { propose } from "./propose/command";
import { prove } from "./prove/command";
import { status } from "./status/command";
import { take, undo } from "./take/command";

export const adopt = command({
  name: "adopt",
  summary: "takes an existing realm and workspace over, step by step, without changing anything in them",
  guide: "docs/guide/start-with-what-you-have.md",
  exitCodes: {},
  subcommands: [look, propose, take, prove, status, undo],
  run: () => {
    throw new Error("name a step: npm run adopt -- look <stack>");
  },
});
