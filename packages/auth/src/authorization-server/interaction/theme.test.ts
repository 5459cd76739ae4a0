import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatHtml } from './html.ts'
import { styleSheet } from './theme.ts'

/** Text or edge, the ground it stands on, and the contrast it needs (WCAG 2.2 §1.4.3 and §1.4.11). */
const pairs: readonly (readonly [string, string, number])[] = [
  ['ink', 'card', 4.5],
  ['ink', 'tint', 4.5],
  ['ink', 'field', 4.5],
  ['soft', 'card', 4.5],
  ['soft', 'tint', 4.5],
  ['soft', 'ground', 4.5],
  ['accent', 'card', 4.5],
  ['accent', 'tint', 4.5],
  ['accent', 'ground', 4.5],
  ['on', 'accent', 4.5],
  ['on', 'hover', 4.5],
  ['warn-ink', 'warn', 4.5],
  ['bad-ink', 'bad', 4.5],
  ['bad-ink', 'card', 4.5],
  ['edge', 'field', 3],
  ['edge', 'card', 3],
  ['bad-line', 'field', 3],
]

test('text and edges stand out from their ground, in the light and in the dark', () => {
  const schemes = [...formatHtml(styleSheet).matchAll(/:root\{([^}]*)\}/g)].map(([, inside]) => inside ?? '')

  assert.equal(schemes.length, 2)
  for (const scheme of schemes)
    for (const [front, ground, least] of pairs) {
      const contrast = contrastOf(colorOf(scheme, front), colorOf(scheme, ground))
      assert.ok(contrast >= least, `${front} on ${ground}: ${contrast.toFixed(2)}`)
    }
})

test('a button beside a long row keeps its width, and goes below where text is large', () => {
  assert.match(formatHtml(styleSheet), /\.rows form\{flex:none;max-width:100%\}/)
  assert.match(formatHtml(styleSheet), /\.rows li\{display:flex;flex-wrap:wrap;/)
})

function colorOf(scheme: string, name: string): string {
  const hex = new RegExp(`--${name}:#([0-9a-f]{3,6})`).exec(scheme)?.[1]
  assert.ok(hex, name)
  return hex.length === 3 ? [...hex].map((digit) => digit + digit).join('') : hex
}

function contrastOf(one: string, other: string): number {
  const [lighter = 0, darker = 0] = [luminanceOf(one), luminanceOf(other)].sort((a, b) => b - a)
  return (lighter + 0.05) / (darker + 0.05)
}

/** WCAG 2.2: relative luminance. */
function luminanceOf(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [0, 2, 4].map((at) => {
    const channel = Number.parseInt(hex.slice(at, at + 2), 16) / 255
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}
