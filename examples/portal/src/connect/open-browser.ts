import { spawn } from 'node:child_process'

/** Shows an address to the person. Where no browser can be opened, the line on standard error has it. */
export function openBrowser(url: string, browser: string | undefined): void {
  const [command, ...given] = commandFor(browser)
  const child = spawn(command, [...given, url], { stdio: 'ignore', detached: true })
  child.once('error', () => {})
  child.unref()
}

function commandFor(browser: string | undefined): readonly [string, ...string[]] {
  if (browser !== undefined && browser !== '') return [browser]
  // On Windows no shell: it would take an address apart at "&".
  if (process.platform === 'win32') return ['rundll32', 'url.dll,FileProtocolHandler']
  return [process.platform === 'darwin' ? 'open' : 'xdg-open']
}
