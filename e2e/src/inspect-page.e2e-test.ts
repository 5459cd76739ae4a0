import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, test } from 'node:test'
import { inspectPage } from './inspect-page.ts'
import { createPerson } from './person.ts'
import { startWeb } from './web.ts'

const web = await startWeb()
after(() => web.close())

interface Page {
  language: string
  title: string
  style: string
  body: string
  headers: Record<string, string>
}

/** A page in which nothing is to be found. */
const sound: Page = {
  language: 'en',
  title: '',
  style:
    'body{color:#111;background:#fff}@media(prefers-color-scheme:dark){body{color:#eee;background:#111}}:focus-visible{outline:3px solid}input{max-width:100%}a,button{min-height:24px}',
  body: '<main><h1>In order</h1><form method="post" action="/there"><label for="user">Name</label> <input id="user" name="user" autocomplete="username"> <button>Send</button></form></main>',
  headers: {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': `default-src 'none'; style-src STYLE; img-src *; form-action 'self'; frame-ancestors 'none'; base-uri 'none'`,
    'x-frame-options': 'DENY',
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
    'referrer-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
  },
}

test('a page that is in order has no fault', async () => {
  await inspect('sound', sound)
})

const withBody = (more: string) => ({ body: sound.body.replace('</form>', `</form>${more}`) })
const withStyle = (more: string) => ({ style: sound.style + more })
const withForm = (more: string) => ({ body: sound.body.replace('</form>', `${more}</form>`) })
const without = (header: string) => ({ headers: { ...sound.headers, [header]: 'x' } })

const faulty: readonly (readonly [what: string, change: Partial<Page>, finding: RegExp])[] = [
  ['no language', { language: '' }, /its language is ""/],
  ['no title', { title: ' ' }, /it has not one title/],
  ['no heading', { body: sound.body.replaceAll('h1', 'p') }, /headings of the first rank/],
  ['an inline script', withBody('<script>alert(1)</script>'), /a script stands in it/],
  ['an inline style', withBody('<p style="color:red">x</p>'), /a style stands at/],
  ['a handler', withBody('<p onclick="alert(1)">x</p>'), /a handler stands at/],
  ['faint text', withStyle('h1{color:#aaa}'), /light, 360 px: axe: .*color-contrast/],
  [
    'text that is faint in the dark',
    withStyle('@media(prefers-color-scheme:dark){h1{color:#333}}'),
    /dark, 1440 px: axe: .*color-contrast/,
  ],
  [
    'a picture without words',
    withBody('<img src="data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA=">'),
    /axe: .*image-alt/,
  ],
  [
    'a table that is too wide',
    withBody('<p style-of="wide"><b>x</b></p>') && withStyle('h1{width:400px}'),
    /360 px: it must be scrolled sideways/,
  ],
  [
    'text that is cut off when it is large',
    withStyle('h1{height:2.4rem;font-size:32px;overflow:hidden;width:20px}'),
    /something is cut off/,
  ],
  [
    'a button on another',
    { ...withForm(' <button class="x">Too</button>'), ...withStyle('.x{margin-left:-30px}') },
    /lies on/,
  ],
  ['motion', withStyle('h1{transition:color 1s}'), /it moves/],
  [
    'no mark of the focus',
    withStyle('button:focus-visible{outline:none}'),
    /nobody sees that the keyboard is at <button/,
  ],
  [
    'a place that the keyboard does not come to',
    withBody('<a href="/x" tabindex="-1">there and back</a>'),
    /the keyboard never comes to <a/,
  ],
  [
    'another order',
    withForm(' <input name="z" aria-label="z" autocomplete="off" tabindex="1">'),
    /another order|tabindex/,
  ],
  ['something over the button', withStyle('form::after{content:"";position:fixed;inset:0}'), /lies under something/],
  [
    'a field without a purpose',
    { body: sound.body.replace(' autocomplete="username"', '') },
    /does not say what it is for/,
  ],
  [
    'a password without a kind',
    withForm('<label for="p">P</label><input id="p" name="p" type="password" autocomplete="on">'),
    /is a password, and says autocomplete="on"/,
  ],
  ['a form to another site', { body: sound.body.replace('/there', 'https://evil.example/') }, /goes to another origin/],
  [
    'a picture from another site',
    withBody('<img alt="A picture" src="https://evil.example/pixel">'),
    /it asks another origin: https:\/\/evil/,
  ],
  ['much to load', withBody(`<!--${'x'.repeat(50_000)}-->`), /it weighs \d+ bytes/],
  [
    'what its policy forbids',
    withBody('<iframe title="x" src="/other"></iframe>'),
    /the browser complains: .*Content Security Policy/,
  ],
  ...Object.keys(sound.headers)
    .filter((header) => header !== 'content-type')
    .map((header) => [`no ${header}`, without(header), new RegExp(`its header ${header} is "x"`)] as const),
  [
    'an unsafe policy',
    {
      headers: {
        ...sound.headers,
        'content-security-policy': `${sound.headers['content-security-policy']}; script-src 'unsafe-inline'`,
      },
    },
    /content-security-policy must not be/,
  ],
]

for (const [what, change, finding] of faulty)
  test(`of a page with ${what} it is said`, async () => {
    await assert.rejects(inspect(what, { ...sound, ...change }), finding)
  })

test('two pages with one title are found', async () => {
  await inspect('one', { ...sound, title: 'The same' })

  await assert.rejects(inspect('two', { ...sound, title: 'The same' }), /the page "one" has the same title/)
})

test('a page that came with another status is found', async () => {
  await assert.rejects(inspect('status', sound, 404), /it came with status 200, not 404/)
})

async function inspect(name: string, { language, title, style, body, headers }: Page, status = 200): Promise<void> {
  const url = `https://page.example/${encodeURIComponent(name)}`
  const policy = headers['content-security-policy'] ?? ''
  const source = `'sha256-${createHash('sha256').update(style).digest('base64')}'`
  web.elsewhere.put(
    url,
    `<!doctype html><html lang="${language}"><head><meta name="viewport" content="width=device-width"><title>${title === '' ? name : title}</title><style>${style}</style></head><body>${body}</body></html>`,
    { ...headers, 'content-security-policy': policy.replace('STYLE', source) },
  )
  const somebody = await createPerson(web)
  try {
    await somebody.open(url)
    await inspectPage(somebody, { name, status })
  } finally {
    await somebody.close()
  }
}
