/** Keeps the status page as it would be if it were loaded now; what somebody has opened stays open. */
export const script = `
let shown = "";
setInterval(async () => {
  if (document.hidden) return;
  const answer = await fetch(location.href).catch(() => undefined);
  const text = answer?.ok ? await answer.text() : shown;
  if (text === shown) return;
  shown = text;
  const next = new DOMParser().parseFromString(text, "text/html");
  for (const each of document.querySelectorAll("details[open]"))
    next.querySelector('details[data-key="' + CSS.escape(each.dataset.key) + '"]')?.setAttribute("open", "");
  document.body.replaceChildren(...next.body.childNodes);
}, 2000);
`;
