import { existsSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'
import { type Elsewhere, startElsewhere } from './elsewhere.ts'

/** A browser, and all the hosts it can reach beside Portcullis: whatever stands at https, which one server of ours plays. */
export interface Web {
  browser: Browser
  elsewhere: Elsewhere
  close(): Promise<void>
}

/** Debian's Chromium; `CHROMIUM` names another. */
const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium'

/** Why there can be no browser on this machine; `undefined` when there can. */
export function whyNoBrowser(): string | undefined {
  if (existsSync(executablePath)) return undefined
  return `there is no browser at ${executablePath}: install Debian's chromium, or name one by CHROMIUM`
}

export async function startWeb(): Promise<Web> {
  const elsewhere = await startElsewhere()
  const browser = await chromium.launch({
    executablePath,
    ignoreDefaultArgs: ['--disable-back-forward-cache'], // whose pages people see, too
    args: [...flags, `--host-resolver-rules=MAP *:443 127.0.0.1:${elsewhere.port}, EXCLUDE localhost`],
  })
  return {
    browser,
    elsewhere,
    async close() {
      await browser.close()
      await elsewhere.close()
    },
  }
}

const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--font-render-hinting=none',
]
