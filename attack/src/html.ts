export interface Form {
  action: string
  method: string
  fields: readonly Field[]
  buttons: readonly Button[]
}

export interface Field {
  name: string
  value: string
  type: string
}

export interface Button {
  name: string | undefined
  value: string
  text: string
}

const button = /<button\b([^>]*)>([\s\S]*?)<\/button>/gi

/** The forms of a page, as far as a browser without scripts would know them. */
export function formsIn(page: string): readonly Form[] {
  return [...page.matchAll(/<form\b([^>]*)>([\s\S]*?)<\/form>/gi)].map(([, head = '', content = '']) => {
    const id = attribute(head, 'id')
    const elsewhere = id === undefined ? '' : page.replaceAll(content, '')
    const inputs = [...content.matchAll(/<input\b[^>]*>/gi)].map(([tag]) => tag)
    const typed = inputs.map((tag) => ({ tag, type: (attribute(tag, 'type') ?? 'text').toLowerCase() }))
    return {
      action: attribute(head, 'action') ?? '',
      method: (attribute(head, 'method') ?? 'get').toLowerCase(),
      fields: typed
        .filter(({ type }) => type !== 'submit' && type !== 'button')
        .filter(({ tag, type }) => (type !== 'checkbox' && type !== 'radio') || /\schecked\b/i.test(tag))
        .flatMap(({ tag, type }) => {
          const name = attribute(tag, 'name')
          return name === undefined ? [] : [{ name, value: attribute(tag, 'value') ?? '', type }]
        }),
      buttons: [
        ...[
          ...content.matchAll(button),
          ...[...elsewhere.matchAll(button)].filter(([, tag = '']) => attribute(tag, 'form') === id),
        ]
          .filter(([, tag = '']) => (attribute(tag, 'type') ?? 'submit') === 'submit')
          .map(([, tag = '', text = '']) => ({
            name: attribute(tag, 'name'),
            value: attribute(tag, 'value') ?? '',
            text: text.replace(/<[^>]*>/g, '').trim(),
          })),
        ...typed
          .filter(({ type }) => type === 'submit')
          .map(({ tag }) => ({
            name: attribute(tag, 'name'),
            value: attribute(tag, 'value') ?? '',
            text: attribute(tag, 'value') ?? '',
          })),
      ],
    }
  })
}

/** Where a page sends the browser by itself; `undefined` where it stays. */
export function refreshIn(page: string): string | undefined {
  const [tag] = /<meta\b[^>]*http-equiv\s*=\s*["']?refresh[^>]*>/i.exec(page) ?? []
  return tag === undefined ? undefined : /url\s*=\s*['"]?([^'"\s;]+)/i.exec(attribute(tag, 'content') ?? '')?.[1]
}

/** The page's link that looks like a button. */
export function buttonLinkIn(page: string): string | undefined {
  const [tag] = /<a\b[^>]*class\s*=\s*["'][^"']*\bbutton\b[^>]*>/i.exec(page) ?? []
  return tag === undefined ? undefined : attribute(tag, 'href')
}

function attribute(tag: string, name: string): string | undefined {
  const [, double, single, bare] =
    new RegExp(`(?:^|\\s)${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)'|([^\\s"'>]+))`, 'i').exec(tag) ?? []
  const value = double ?? single ?? bare
  return value === undefined ? undefined : unescapeHtml(value)
}

export function unescapeHtml(text: string): string {
  return text
    .replace(/&#x([0-9a-f]+);/gi, (_, digits: string) => String.fromCodePoint(Number.parseInt(digits, 16)))
    .replace(/&#(\d+);/g, (_, digits: string) => String.fromCodePoint(Number(digits)))
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&apos;', "'")
    .replaceAll('&amp;', '&')
}
