import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { test } from 'node:test'
import { root } from './tools.ts'

const { stdout } = spawnSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '*.md'], {
  cwd: root,
  encoding: 'utf8',
})
const pages = stdout.split('\0').filter((name) => name !== '' && existsSync(join(root, name)))

test('every link from a page to another, to a file, or to a section leads somewhere', () => {
  const lost = pages.flatMap((page) =>
    linksIn(withoutCode(readFileSync(join(root, page), 'utf8')))
      .filter((link) => !leadsSomewhere(page, link))
      .map((link) => `${page}: ${link}`),
  )

  assert.ok(pages.length > 0)
  assert.deepEqual(lost, [])
})

function leadsSomewhere(page: string, link: string): boolean {
  const [path = '', section] = decodeURI(link).split('#')
  const target = path === '' ? join(root, page) : join(root, dirname(page), path)
  if (relative(root, target).startsWith('..') || !existsSync(target)) return false
  if (section === undefined || !target.endsWith('.md') || statSync(target).isDirectory()) return true
  return sectionsOf(readFileSync(target, 'utf8')).includes(section)
}

function linksIn(text: string): readonly string[] {
  const links = [...text.matchAll(/\]\(([^()\s]+(?:\([^()\s]*\)[^()\s]*)*)\)/g)].map(([, link = '']) => link)
  return links.filter((link) => !/^[a-z][a-z0-9+.-]*:/.test(link))
}

/** As GitHub names them: lower case, without punctuation, a hyphen for each space; of two with one name the second has a number. */
function sectionsOf(text: string): readonly string[] {
  const seen = new Map<string, number>()
  const named = [...text.matchAll(/<a (?:id|name)="([^"]*)"/g)].map(([, name = '']) => name)
  const titled = [...withoutBlocks(text).matchAll(/^#{1,6} +(.*?) *#*$/gm)].map(([, title = '']) => {
    const shown = title.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').replace(/<[^>]*>/g, '')
    const name = shown
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\p{M}_ -]/gu, '')
      .replaceAll(' ', '-')
    const times = seen.get(name) ?? 0
    seen.set(name, times + 1)
    return times === 0 ? name : `${name}-${times}`
  })
  return [...named, ...titled]
}

function withoutCode(text: string): string {
  return withoutBlocks(text).replace(/(`+)[^`]*?\1/g, (code) => (code.includes('](') ? '' : code))
}

function withoutBlocks(text: string): string {
  return text.replace(/^( *)(```|~~~)[\s\S]*?^\1\2 *$/gm, '')
}
