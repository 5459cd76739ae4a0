import { once } from 'node:events'
import { watch } from 'node:fs'
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** What a client wanted to show in a browser, in order. */
export interface Openings {
  /** A URL that the client wants opened. */
  add(url: string): void
  /** The next URL; rejects when `signal` is aborted. */
  next(signal: AbortSignal): Promise<string>
  /** URLs that were opened and not yet taken by `next`. */
  waiting(): readonly string[]
}

export function createOpenings(): Openings {
  const urls: string[] = []
  const news = new EventTarget()
  return {
    add(url) {
      urls.push(url)
      news.dispatchEvent(new Event('opened'))
    },
    async next(signal) {
      while (urls.length === 0) await once(news, 'opened', { signal })
      return urls.shift() ?? ''
    },
    waiting: () => [...urls],
  }
}

/**
 * Fills `folder` with one small program under the names of all browsers and openers. It notes the URL and returns at once; the URL
 * arrives in `openings`. Returns how to stop listening.
 */
export async function installOpeners(folder: string, openings: Openings): Promise<() => void> {
  await mkdir(folder, { recursive: true })
  const journal = join(folder, 'opened.urls')
  await writeFile(journal, '')
  // Clients also ask for help with `--version` and the like: only URLs count.
  const script = `#!/bin/sh\nfor word; do case "$word" in http://*|https://*) printf '%s\\n' "$word" >> '${journal}';; esac; done\n`
  for (const name of names) {
    await writeFile(join(folder, name), script)
    await chmod(join(folder, name), 0o755)
  }

  let seen = 0
  const watcher = watch(journal, async () => {
    const lines = (await readFile(journal, 'utf8')).split('\n').slice(0, -1)
    const fresh = lines.slice(seen)
    seen = lines.length
    for (const url of fresh) openings.add(url)
  })
  return () => watcher.close()
}

const names = [
  'xdg-open',
  'open',
  'gio',
  'kde-open',
  'wslview',
  'sensible-browser',
  'x-www-browser',
  'www-browser',
  'google-chrome',
  'google-chrome-stable',
  'chromium',
  'chromium-browser',
  'firefox',
  'microsoft-edge',
]
