/** The forms in which a password may show: as it is, and as a URL holds it. None where there is no password. */
export function passwordForms(password: string | undefined): readonly string[] {
  return password === undefined || password === "" ? [] : [password, encodeURIComponent(password)];
}
