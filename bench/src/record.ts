import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** Writes a section into the results of today, in place of an earlier one of the same title. Returns the file. */
export function record(title: string, section: string): string {
  const date = new Date().toISOString().slice(0, 10)
  const file = fileURLToPath(new URL(`../results/${date}.md`, import.meta.url))
  mkdirSync(new URL('../results', import.meta.url), { recursive: true })
  const [head, ...others] = (existsSync(file) ? readFileSync(file, 'utf8') : `# Results of ${date}\n`).split(
    /^(?=## )/m,
  )
  const kept = others.filter((other) => !other.startsWith(`## ${title}\n`))
  const sections = [...kept, `## ${title}\n\n${section}`].map((each) => each.trim())
  writeFileSync(file, `${[head?.trim(), ...sections].join('\n\n')}\n`)
  return file
}
