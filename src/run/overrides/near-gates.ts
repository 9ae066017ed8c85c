const most = 5;

/** Words that name the gates whose last name is like that of a path which a plan does not have, or else the first few. Pure. */
export function nearGates(all: readonly string[], path: string): string {
  const wanted = lastName(path);
  const same = all.filter((each) => lastName(each) === wanted);
  const alike = same.length > 0 ? same : all.filter((each) => isAlike(lastName(each), wanted));
  const [near, word] = alike.length > 0 ? [alike, "near it"] : [all, "the gates"];
  const shown = near.slice(0, most).map((each) => JSON.stringify(each));
  return `${word}: ${shown.join(", ")}${near.length > most ? ` and ${near.length - most} more` : ""}`;
}

function lastName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1).toLowerCase();
}

function isAlike(name: string, wanted: string): boolean {
  return name.includes(wanted) || wanted.includes(name);
}
