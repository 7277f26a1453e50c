/** A piece of HTML that is already escaped. */
export class Html {
  constructor(readonly text: string) {}
}

export const raw = (text: string): Html => new Html(text);

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Escapes every value except pieces of HTML and lists of them. */
export const html = (texts: TemplateStringsArray, ...values: readonly unknown[]): Html =>
  new Html(texts.map((text, index) => text + (index < values.length ? escaped(values[index]) : '')).join(''));

function escaped(value: unknown): string {
  if (value instanceof Html) return value.text;
  if (Array.isArray(value)) return value.map(escaped).join('');
  return String(value).replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}
