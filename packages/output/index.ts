/** What everything that people read is written by. */
export { clearLine, print, printJson, say, screen, tell, tellBy, type Screen } from "./terminal";
export { code, listed, longestComment, plain, type Block } from "./markdown";
export { coded, jsonText, uncoded, visible, visibleLines } from "./visible";
