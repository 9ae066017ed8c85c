/** How a picture is coloured: for a white page, for a dark one, or as whoever looks at it has chosen. */
export type PlotTheme = "auto" | "light" | "dark";

interface Palette {
  readonly page: string;
  readonly ink: string;
  readonly faint: string;
  readonly bad: string;
  readonly allowed: string;
  /** Of the lines; the first is that of a gate that measures one thing. */
  readonly series: readonly string[];
}

// Of Okabe and Ito: told apart whatever colours one sees. The second line is grey, as it is what the first is compared with.
const light: Palette = {
  page: "#ffffff",
  ink: "#1b1f24",
  faint: "#6b7280",
  bad: "#d55e00",
  allowed: "#0072b2",
  series: ["#0072b2", "#6b7280", "#009e73", "#cc79a7", "#56b4e9", "#e69f00"],
};

const dark: Palette = {
  page: "#0d1117",
  ink: "#e6edf3",
  faint: "#9aa4b0",
  bad: "#e69f00",
  allowed: "#56b4e9",
  series: ["#56b4e9", "#9aa4b0", "#009e73", "#cc79a7", "#0072b2", "#d55e00"],
};

/** How many lines look different. */
export const distinctSeries = light.series.length;

/** The style sheet of a picture. It loads nothing. */
export function styleSheet(theme: PlotTheme): string {
  if (theme !== "auto") return rules(theme === "light" ? light : dark);
  // Paper is white, whatever the screen is.
  return `${rules(light)}@media screen and (prefers-color-scheme:dark){${rules(dark)}}`;
}

function rules({ page, ink, faint, bad, allowed, series }: Palette): string {
  return [
    `.rg-page{fill:${page}}`,
    `.rg-ink{fill:${ink}}`,
    `.rg-faint{fill:${faint}}`,
    `.rg-grid{stroke:${faint};stroke-opacity:.25}`,
    `.rg-axis,.rg-missing{stroke:${faint};fill:none}`,
    `.rg-unknown{stroke:${faint};stroke-width:1.4;fill:${page}}`,
    `.rg-limit,.rg-answer{stroke:${ink}}`,
    `.rg-allowed{fill:${allowed};fill-opacity:.09}`,
    `.rg-bad{fill:${bad};stroke:${page}}`,
    ...series.flatMap((colour, index) => [
      `.rg-line-${index}{stroke:${colour};fill:none}`,
      `.rg-fill-${index}{fill:${colour}}`,
    ]),
    `.rg-band{fill-opacity:.22}`,
  ].join("");
}
