import type { PlotTheme } from "./theme.js";

/** How measurements are drawn. */
export interface PlotOptions {
  /**
   * The colours: for a white page, for a dark one, or by what whoever looks at the picture has chosen. Paper is white.
   * @default "auto"
   */
  readonly theme?: PlotTheme;
  /**
   * How wide the picture is; what is written in it stays as large. Pixels, from 320 to 4,000; of others the nearest is taken.
   * @default 760
   */
  readonly width?: number;
}
