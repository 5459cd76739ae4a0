import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../tools.ts'
import { frameworkAtWork } from './at-work.ts'
import { issuerFindings } from './issuer-findings.ts'
import { issuerToken } from './issuer-token.ts'
import { triedVersions } from './tried-versions.ts'

export interface ShownPage {
  /** Relative to the root of the repository. */
  name: string
  path: string
  written: string
  wanted: string
}

/**
 * Two marks are filled in. The block below `<!-- file PATH -->` is that file. What stands between `<!-- part NAME … -->` and `<!-- /part -->` is made by the
 * part of that name, which is given the words behind it.
 */
export async function shownPages(): Promise<readonly ShownPage[]> {
  const names = globSync(['docs/frameworks.md', 'docs/{frameworks,providers,migrating}/*.md'], { cwd: root }).sort()
  const pages = names.map(async (name) => {
    const path = join(root, name)
    const written = readFileSync(path, 'utf8')
    return { name, path, written, wanted: await withParts(withFiles(written), name) }
  })
  return Promise.all(pages)
}

const fileMark = /(<!-- file (\S+) -->\s*```(\w+)\n)[\s\S]*?\n?(```)/g
const partMark = /(<!-- part (\S+) *(.*?) *-->\n)[\s\S]*?(<!-- \/part -->)/g

const parts: Readonly<Record<string, (words: string) => string | Promise<string>>> = {
  versions: triedVersions,
  'at-work': frameworkAtWork,
  token: issuerToken,
  findings: issuerFindings,
}

function withFiles(page: string): string {
  return page.replace(
    fileMark,
    (_, head: string, file: string, _language: string, end: string) =>
      `${head}${readFileSync(join(root, file), 'utf8')}${end}`,
  )
}

async function withParts(page: string, name: string): Promise<string> {
  let filled = page
  for (const [whole, head = '', part = '', words = '', end = ''] of page.matchAll(partMark)) {
    const make = parts[part]
    if (make === undefined) throw new Error(`${name}: there is no part "${part}"; there are ${Object.keys(parts)}`)
    const made = await make(words)
    filled = filled.replace(whole, () => `${head}\n${made.trim()}\n\n${end}`)
  }
  return filled
}
