import type { Page } from "playwright-core";

/** By how many pixels a page is wider than its window. */
export function overflow(page: Page): Promise<number> {
  return page.evaluate("(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)(document.documentElement)");
}

/** Headings that stand where none of their level may: the first is the only one of level 1, and no level is left out. */
export function headingFaults(page: Page): Promise<readonly string[]> {
  return page.evaluate(`(() => {
    const faults = [];
    let before = 0;
    for (const heading of document.querySelectorAll("h1, h2, h3, h4, h5, h6")) {
      const level = Number(heading.tagName[1]);
      if (level > before + 1 || (level === 1 && before !== 0)) faults.push(heading.outerHTML);
      before = level;
    }
    return before === 0 ? ["no heading"] : faults;
  })()`);
}

/** Whatever can be reached and has no name, and ids that are there twice. */
export function withoutName(page: Page): Promise<readonly string[]> {
  return page.evaluate(`(() => {
    const fields = [...document.querySelectorAll("input:not([type=hidden]), textarea, button, a, summary, [tabindex]")];
    const unnamed = fields.filter((field) => !(field.labels?.length || field.textContent.trim() || field.getAttribute("aria-label")));
    const ids = [...document.querySelectorAll("[id]")].map(({ id }) => id);
    return [...unnamed.map((field) => field.outerHTML), ...ids.filter((id, index) => ids.indexOf(id) !== index)];
  })()`);
}

/** Texts whose contrast is below what WCAG asks for at level AA. */
export function contrastFaults(page: Page): Promise<readonly string[]> {
  return page.evaluate(`(() => {
    const channels = (color) => color.match(/[\\d.]+/g).slice(0, 4).map(Number);
    const luminance = ([r, g, b]) => {
      const [x, y, z] = [r, g, b].map((c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4));
      return 0.2126 * x + 0.7152 * y + 0.0722 * z;
    };
    const behind = (element) => {
      for (let at = element; at; at = at.parentElement) {
        const color = channels(getComputedStyle(at).backgroundColor);
        if (color[3] === undefined || color[3] === 1) return color;
      }
      return [255, 255, 255];
    };
    const faults = [];
    for (const element of document.querySelectorAll("body :not(svg *):not(script)")) {
      const hasText = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
      if (!hasText || !element.checkVisibility()) continue;
      const [a, b] = [luminance(channels(getComputedStyle(element).color)), luminance(behind(element))];
      const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
      if (contrast < 4.5) faults.push(element.outerHTML.slice(0, 80) + " " + contrast.toFixed(2));
    }
    return faults;
  })()`);
}
