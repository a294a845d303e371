/** Repositories, projects and the environment get other names and places; what people do in Bitbucket comes first. */
import { nothing, rename, type Change } from "./change";

export const placeChanges = {
  "a repository is renamed": (life, chance) => {
    const one = chance.one(life.repositories);
    const was = one.name;
    rename(one, life.repositories, chance);
    return [{ act: "bitbucket", method: "PUT", path: `repositories/${was}`, body: { name: one.name } }];
  },
  "a repository moves": (life, chance) => {
    const one = chance.one(life.repositories);
    const to = chance.one(life.projects.filter(({ id }) => id !== one.project));
    one.project = to.id;
    return [{ act: "bitbucket", method: "PUT", path: `repositories/${one.name}`, body: { project: { key: to.name } } }]; // prettier-ignore
  },
  "a repository is deleted": (life, chance) => {
    const one = chance.one(life.repositories.slice(1));
    life.repositories = life.repositories.filter((each) => each !== one);
    life.given = life.given.filter(({ repository }) => repository !== one.id);
    life.free.push(one.name);
    return [{ act: "bitbucket", method: "DELETE", path: `repositories/${one.name}` }];
  },
  "one is made anew": (life, chance) => {
    const name = chance.one(life.free);
    life.free = life.free.filter((each) => each !== name);
    const project = chance.one(life.projects);
    const id = life.next++;
    life.repositories.push({ id, name, project: project.id, deploys: false, isProtected: id % 2 === 0 });
    const team = chance.one(life.teams).id;
    life.given.push({ team, can: chance.one(["read", "trigger", "administer"]), repository: id });
    const body = { scm: "git", project: { key: project.name } };
    return [{ act: "bitbucket", method: "POST", path: `repositories/${name}`, body }];
  },
  "another key of a project": (life, chance) => {
    const project = chance.one(life.projects);
    const was = project.name;
    rename(project, life.projects, chance, (name) => name.replace("-", "_").toUpperCase());
    return [{ act: "bitbucket", method: "PUT", path: `projects/${was}`, body: { key: project.name, name: project.name } }]; // prettier-ignore
  },
  "the environment is renamed": (life, chance) => {
    rename(life.environment, [life.environment], chance);
    return nothing;
  },
} satisfies Record<string, Change>;
