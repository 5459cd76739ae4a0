import { mkdir, writeFile } from 'node:fs/promises'
import { arch, cpus, platform } from 'node:os'
import { join } from 'node:path'
import { interopFolder } from './folders.ts'

/** Keeps a report in `results/`, under today's date, and returns the file. */
export async function record(report: string): Promise<string> {
  const folder = join(interopFolder, 'results')
  const date = new Date().toISOString().slice(0, 10)
  const file = join(folder, `${date}.md`)
  await mkdir(folder, { recursive: true })
  await writeFile(file, `# Real clients, ${date}\n\nOn ${platform()} ${arch()}, ${cpus().length} cores.\n\n${report}\n`)
  return file
}
