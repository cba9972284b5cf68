/*
 * What scripts say, in the language of the page: Django's catalogue (the script "words" of the
 * frame), or the words themselves where it has none.
 */
const catalogue = window.django ?? {};

/** `text` in the page's language. */
export const gettext = (text) => catalogue.gettext?.(text) ?? text;

/** The form for `number` of a text that counts something. */
export const ngettext = (one, many, number) =>
  catalogue.ngettext?.(one, many, number) ?? (number === 1 ? one : many);

/** `text` with each `%(name)s` taken from `values`; values are put in as they are. */
export const interpolate = (text, values) =>
  text.replace(/%\((\w+)\)s/g, (whole, name) => (name in values ? String(values[name]) : whole));

/** The language of the page, for dates and numbers. */
export const language = document.documentElement.lang || "en";
