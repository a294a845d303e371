/** Dark, light, or what the system says. Remembered where the browser lets a file remember something. */
import { byId } from "./dom";

const key = "evidence-theme";

/** Connects the choice in the element `theme`, and applies what was remembered. Default: what the system says. */
export function setUpTheme(): void {
  const choice = byId("theme", HTMLSelectElement);
  choice.value = remembered() ?? "";
  apply(choice.value);
  choice.addEventListener("change", () => {
    apply(choice.value);
    try {
      localStorage.setItem(key, choice.value);
    } catch {
      // It is forgotten, then.
    }
  });
}

function apply(theme: string): void {
  if (theme === "") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}

function remembered(): string | undefined {
  try {
    return localStorage.getItem(key) ?? undefined;
  } catch {
    return undefined;
  }
}
