import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Branding, createBrand } from './branding.ts'
import { contrastOf, formatHex, parseHex, type Rgb } from './contrast.ts'
import { formatHtml, html } from './html.ts'
import { page } from './page.ts'
import { errorPage } from './pages.ts'
import { styleSheet } from './theme.ts'

const issuer = 'https://app.example/oauth'
const png = 'data:image/png;base64,iVBORw0KGgo='

test('whatever colour a host has, links and buttons can be read, in the light and in the dark', () => {
  const grounds = [...formatHtml(styleSheet).matchAll(/:root\{([^}]*)\}/g)].map(([, scheme = '']) => scheme)
  fc.assert(
    fc.property(fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255)), (color) => {
      const style = formatHtml(createBrand({ color: formatHex(color) }, issuer).style)
      const schemes = [...style.matchAll(/:root\{([^}]*)\}/g)].map(([, scheme = '']) => scheme)
      assert.equal(schemes.length, 2)
      for (const [at, scheme] of schemes.entries()) {
        const ground = grounds[at] ?? ''
        for (const [front, back, least] of [
          [variable(scheme, 'accent'), variable(ground, 'card'), 4.5],
          [variable(scheme, 'accent'), variable(ground, 'tint'), 4.5],
          [variable(scheme, 'accent'), variable(ground, 'ground'), 4.5], // the link to help
          [variable(scheme, 'on'), variable(scheme, 'accent'), 4.5],
          [variable(scheme, 'on'), variable(scheme, 'hover'), 4.5],
        ] as const)
          assert.ok(contrastOf(front, back) >= least, `${formatHex(color)}: ${front} on ${back}`)
      }
    }),
  )
})

test('a colour that can be read already stays as it is', () => {
  assert.match(formatHtml(createBrand({ color: '#1D4FB8' }, issuer).style), /^[^@]*--accent:#1d4fb8;/)
})

const refused: [string, Branding][] = [
  ['a colour that would be style', { color: 'red;}body{background:url(//evil.example)}' }],
  ['a short colour', { color: '#fff' }],
  ['a logo of another origin', { logo: 'https://cdn.example/logo.png' }],
  ['a logo of another origin without a scheme', { logo: '//cdn.example/logo.png' }],
  ['a logo behind backslashes', { logo: '/\\cdn.example/logo.png' }],
  ['a logo over plain http', { logo: 'http://app.example/logo.png' }],
  ['a logo that is a page', { logo: 'data:text/html;base64,PHNjcmlwdD4=' }],
  ['a logo that is script', { logo: 'javascript:alert(1)' }],
  ['a logo without end', { logo: `data:image/png;base64,${'A'.repeat(100_000)}` }],
  ['support that is script', { support: 'javascript:alert(1)' }],
  ['support over plain http', { support: 'http://app.example/help' }],
  ['an address that writes the mail', { support: 'mailto:a@b.example?body=x' }],
]
for (const [what, branding] of refused)
  test(`law 8: branding with ${what} is a TypeError at construction`, () => {
    assert.throws(() => createBrand(branding, issuer), TypeError)
  })

test('P-03 a page has the name, logo and help of its host, as text, and lets through nothing else', async () => {
  const brand = createBrand(
    { name: '<b>Acme</b>', logo: png, color: '#ff0000', support: 'https://app.example/help?a=1&b' },
    issuer,
  )

  const response = page({ title: 'T', body: html`<h1>T</h1>`, owner: 'Notes', brand })
  const text = await response.text()
  const [, nonce] = /<style nonce="([^"]{22})">/.exec(text) ?? []

  assert.match(text, /<bdi>&lt;b&gt;Acme&lt;\/b&gt;<\/bdi>/)
  assert.ok(text.includes(`<img src="${png}" alt="">`))
  assert.ok(text.includes('<a href="https://app.example/help?a=1&amp;b" rel="noreferrer">Help</a>'))
  assert.doesNotMatch(text, /Notes|<svg/)
  assert.match(
    response.headers.get('content-security-policy') ?? '',
    new RegExp(
      `^default-src 'none'; style-src 'nonce-${nonce}'; img-src data:; form-action 'none'; frame-ancestors 'none'; base-uri 'none'$`,
    ),
  )
})

test('P-03 a logo of the issuer’s own origin is let through by that alone, and each page has a nonce of its own', () => {
  const policies = ['/logo.svg', 'https://app.example/logo.svg'].map((logo) =>
    errorPage(
      { code: 'invalid_request', status: 400, description: '', nextStep: '', id: '' },
      createBrand({ logo }, issuer),
    ).headers.get('content-security-policy'),
  )

  for (const policy of policies) assert.match(policy ?? '', /; img-src 'self'; /)
  assert.notEqual(policies[0], policies[1])
})

function variable(scheme: string, name: string): Rgb {
  const [, hex = ''] = new RegExp(`--${name}:(#[0-9a-f]{3,6})`).exec(scheme) ?? []
  const rgb = parseHex(hex.length === 4 ? `#${[...hex.slice(1)].map((digit) => digit + digit).join('')}` : hex)
  assert.ok(rgb, name)
  return rgb
}
