/**
 * Markup in which text is escaped unless it is itself markup made here: there is no way to pass a raw string through.
 * Attribute values must stand in double quotes in the template. Text must not stand in `<style>`, `<script>` or event handlers.
 */

const markup = Symbol('markup')

/** Markup that is safe to send; only `html` makes it. */
export interface Html {
  readonly [markup]: string
}

/** What may stand in a template: text, which is escaped; markup; lists of these; and nothing. */
export type Piece = string | number | undefined | Html | readonly Piece[]

/** Template tag: html`<p>${name}</p>`. */
export function html(parts: TemplateStringsArray, ...pieces: readonly Piece[]): Html {
  const text = parts.reduce((before, part, at) => before + render(pieces[at - 1]) + part)
  return { [markup]: text }
}

/** The text of `page`, to be sent. */
export function formatHtml(page: Html): string {
  return page[markup]
}

function render(piece: Piece): string {
  if (piece === undefined) return ''
  if (typeof piece === 'string') return escapeText(piece)
  if (typeof piece === 'number') return String(piece)
  return isHtml(piece) ? piece[markup] : piece.map(render).join('')
}

function isHtml(piece: Html | readonly Piece[]): piece is Html {
  return markup in piece
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '`': '&#96;',
}

function escapeText(text: string): string {
  return text.replace(/[&<>"'`]/g, (character) => entities[character] ?? '')
}
