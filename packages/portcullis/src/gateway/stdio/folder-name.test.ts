import assert from 'node:assert/strict'
import { test } from 'node:test'
import { folderNameOf } from './folder-name.ts'

for (const plain of ['alice', '4b1c-77', 'ada@example.com', 'a.b_c+d=e,f', 'console', 'com', 'lpt10'])
  test(`a name that is the same everywhere stays as it is: ${plain}`, () => {
    assert.equal(folderNameOf(plain), plain)
  })

const told: readonly (readonly [string, string])[] = [
  ['Alice', '%41lice'],
  ['%41lice', '%2541lice'],
  ['auth0|1', 'auth0%7c1'],
  ['a:b', 'a%3ab'],
  ['.', '%2e'],
  ['..', '%2e%2e'],
  ['.ssh', '%2essh'],
  ['bob.', 'bob%2e'],
  ['bob ', 'bob%20'],
  ['a/../b', 'a%2f..%2fb'],
  ['con', '%63on'],
  ['nul.txt', '%6eul.txt'],
  ['com1', '%63om1'],
  ['é', '%c3%a9'],
  ['e\u0301', 'e%cc%81'],
  ['\u{1F600}', '%f0%9f%98%80'],
]
for (const [text, name] of told)
  test(`a name that some file systems change, or take for another, is escaped: ${JSON.stringify(text)}`, () => {
    assert.equal(folderNameOf(text), name)
  })

test('names of two texts are two, where case and accents are folded too', () => {
  const texts = [
    'bob',
    'Bob',
    'BOB',
    'b\u00f6b',
    'bo\u0308b',
    'B\u00d6B',
    'stra\u00dfe',
    'strasse',
    'bob.',
    'bob ',
    '%62ob',
  ]

  const folded = texts.map((text) =>
    folderNameOf(text)
      .normalize('NFC')
      .toUpperCase()
      .replace(/[. ]+$/, ''),
  )

  assert.equal(new Set(folded).size, texts.length)
})
