import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { formatHtml, html } from './html.ts'

test('text in a template is escaped, in content and in attributes', () => {
  const hostile = `"><script>alert('1')</script>&\``

  const text = formatHtml(html`<a title="${hostile}">${hostile}</a>`)

  const escaped = '&quot;&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;&#96;'
  assert.equal(text, `<a title="${escaped}">${escaped}</a>`)
})

test('markup made by the template is kept, in lists too, and nothing is written for undefined', () => {
  const items = ['a', '<b>'].map((item) => html`<li>${item}</li>`)

  const text = formatHtml(html`<ul>${items}</ul>${undefined}${3}`)

  assert.equal(text, '<ul><li>a</li><li>&lt;b&gt;</li></ul>3')
})

test('an object that only looks like markup is no markup', () => {
  const forged = JSON.parse('{"markup":"<script>"}')

  assert.throws(() => html`${forged}`, TypeError)
})

test('no text, whatever it is, opens a tag or leaves an attribute', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      assert.doesNotMatch(formatHtml(html`${text}`), /[<>"'`]/)
    }),
  )
})
