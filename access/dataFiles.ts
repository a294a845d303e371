/**
 * The data of a company, apart from the program: which files hold it, which of them say who may do what, and what of
 * them a pull request may change. Every command that names such a file takes it from here.
 */

export const accessFile = "access.yaml";
export const lockFile = "access.lock.yaml";
export const exceptionsFile = "exceptions.yaml";
export const stacksFolder = "stacks";

export interface DataFile {
  /** From the folder of Pulumi.yaml; a folder holds one file a stack. */
  readonly path: string;
  readonly scope: "every stack" | "one stack";
  /** Whether rights are compiled from it. An exception lets a run through, and gives no right. */
  readonly decidesRights: boolean;
  /**
   * What a pull request may change of it. A stack file says where credentials are sent, and holds encrypted values: only
   * settings of this program are taken from a proposal.
   */
  readonly proposable: "all of it" | "settings";
}

export const dataFiles: readonly DataFile[] = [
  { path: accessFile, scope: "every stack", decidesRights: true, proposable: "all of it" },
  { path: lockFile, scope: "every stack", decidesRights: true, proposable: "all of it" },
  { path: exceptionsFile, scope: "every stack", decidesRights: false, proposable: "all of it" },
  { path: stacksFolder, scope: "one stack", decidesRights: true, proposable: "settings" },
];

/** So many characters may a data file have: more than any company's, and few enough to be read in seconds. */
export const longestFile = 2 * 1024 * 1024;

/** The files and folders that Git is asked about; whatever else a commit holds is program or prose. */
export const dataPaths: readonly string[] = dataFiles.map(({ path }) => path);

/** Text of each data file that there is, by path. */
export type DataTexts = ReadonlyMap<string, string>;

/** Example: `stacks/Pulumi.prod.yaml`. */
export function stackFile(stack: string): string {
  return `${stacksFolder}/Pulumi.${stack}.yaml`;
}

/** What Pulumi takes for the name of a stack, between our folder and its ending. */
const stackPath = new RegExp(`^${stacksFolder}/Pulumi\\.([\\w.-]+)\\.yaml$`);

/** The stack whose settings a file holds; undefined where the path is no stack file. */
export function stackOfFile(path: string): string | undefined {
  return stackPath.exec(path)?.[1];
}

/** What the table says of a path; undefined where the path holds no data. */
export function dataFileAt(path: string): DataFile | undefined {
  const isStack = stackOfFile(path) !== undefined;
  return dataFiles.find((file) => (file.scope === "one stack" ? isStack : file.path === path));
}

/** What people read and nothing runs. */
const prose = /^docs\/|(^|\/)[^/]+\.md$|^LICENSE$/;

/** Whether a file is neither data nor prose: it is the program, or decides what the program does. */
export function isProgram(path: string): boolean {
  return dataFileAt(path) === undefined && !prose.test(path);
}

/** Paths of the files from which the rights in a stack are compiled. */
export function rightsFilesOf(stack: string): string[] {
  const deciding = dataFiles.filter(({ decidesRights }) => decidesRights);
  return deciding.map(({ path, scope }) => (scope === "one stack" ? stackFile(stack) : path));
}
