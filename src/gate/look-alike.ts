import { shownIdentity } from "./identity.js";
import { remembered } from "./remembered.js";

// Letters that are drawn as a Latin one (or two) in many fonts, after case was folded: from the confusables of Unicode's UTS 39,
// those of the alphabets in which ids are written. Case is folded both ways, as the capitals of some look alike and the small
// letters do not: Greek Η is H, and Cyrillic В is B.
const drawnAs = new Map<string, string>([
  // Latin.
  ...drawn("ıɩɑɡøłđðħŧþ", "iiagolddhtp"),
  // Cyrillic.
  ...drawn("авсԁеԍнһіјкӏморԛѕтѵԝхуүз", "abcdeghhijklmopqstvwxyy3"),
  // Greek.
  ...drawn("αβεζηικμνορτυχϲϳγω", "abezhikmvoptyxcjyw"),
  ["æ", "ae"],
  ["œ", "oe"],
]);

function drawn(letters: string, as: string): readonly (readonly [string, string])[] {
  const latin = Array.from(as);
  return Array.from(letters, (letter, index) => [letter, latin[index] ?? letter] as const);
}

const quotes =
  /[\u0060\u00b4\u02b9\u02bb\u02bc\u02bd\u02c8\u02ca\u02cb\u0374\u2018\u2019\u201a\u201b\u2032\u2035\uff07]/gu;
const hyphens = /[\p{Pd}\u2212\u02d7\u06d4\u2043\u30fc]/gu;

/** The id in a form that it shares with every id that may be taken for it: in other case, with other marks, in look-alike letters. */
export const lookOf: (id: string) => string = remembered((id) => {
  const shown = shownIdentity(id.replace(quotes, "'")).replace(quotes, "'").replace(hyphens, "-");
  // Upper case first: ß is SS, and a final sigma is a sigma.
  const folded = shown.toUpperCase().toLowerCase().replaceAll("ς", "σ");
  const plain = folded.normalize("NFKD").replace(/\p{M}/gu, "");
  return Array.from(plain, (letter) => drawnAs.get(letter) ?? letter).join("");
});

// What lookOf knows, and scripts none of whose letters is drawn as one of another script.
const known =
  /^[\p{ASCII}\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Devanagari}\p{Script=Thai}\p{Script=Georgian}]*$/u;

/** Whether it is known of every character of an id what it may be taken for. */
export function isLookKnown(id: string): boolean {
  return known.test(lookOf(id));
}
