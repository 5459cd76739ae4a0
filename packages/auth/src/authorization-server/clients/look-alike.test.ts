import assert from 'node:assert/strict'
import { test } from 'node:test'
import { mixesAlphabets, readsLike } from './look-alike.ts'

const alike: [string, string, string][] = [
  ['the same name', 'Claude', 'Claude'],
  ['in other letters', 'CLAUDE', 'Claude'],
  ['with a Cyrillic С', 'Сlaude', 'Claude'],
  ['all of Cyrillic', 'Ѕӏасk', 'Slack'],
  ['with a Greek capital Ν', 'Νotion', 'Notion'],
  ['with a capital I for an l', 'CIaude', 'Claude'],
  ['with digits for letters', 'C1aud3', 'Claude'],
  ['with a version behind it', 'Claude2', 'Claude'],
  ['with rn for m', 'Acrne', 'Acme'],
  ['in letters of full width', 'Ｃｌａｕｄｅ', 'Claude'],
  ['in letters of mathematics', '𝐂𝐥𝐚𝐮𝐝𝐞', 'Claude'],
  ['with accents', 'Clàudé', 'Claude'],
  ['within a longer name', 'Claude Code (work)', 'Claude'],
  ['at the end of a longer name', 'The new Claude', 'Claude'],
  ['joined to another word', 'ClaudeConnector', 'Claude'],
  ['set apart letter by letter', 'c l a u d e', 'Claude'],
  ['a name of two words, joined', 'chatgpt', 'ChatGPT'],
  ['a name of two words, apart', 'Chat-GPT', 'ChatGPT'],
]
for (const [what, name, known] of alike)
  test(`a name is read like a known one: ${what}`, () => {
    assert.ok(readsLike(name, known))
  })

const apart: [string, string, string][] = [
  ['a longer word that begins like it', 'Claudette', 'Claude'],
  ['a word in which it stands', 'Precursor', 'Cursor'],
  ['another name', 'Notes', 'Notion'],
  ['nothing', '', 'Claude'],
  ['signs alone', '!!!', 'Claude'],
]
for (const [what, name, known] of apart)
  test(`a name is not read like a known one: ${what}`, () => {
    assert.ok(!readsLike(name, known))
  })

test('letters of two alphabets in one word are seen; words of several languages, and scripts that are written together, are no harm', () => {
  for (const name of ['Сlaude', 'Claudе', 'Nοtion']) assert.ok(mixesAlphabets(name), name)
  for (const name of ['Claude', 'Заметки Pro', 'ノートToday漢字', 'Σημειώσεις 2', 'C++ and C#', ''])
    assert.ok(!mixesAlphabets(name), name)
})
