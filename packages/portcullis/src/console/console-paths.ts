/** Whether a path is the console's. */
export function isConsolePath(path: string): boolean {
  return path === '/console' || path.startsWith('/console/')
}

/** `text` as the address of a page of the console, which does nothing by being opened, as browsers read it; `undefined` for everything else. */
export function parseConsoleAddress(text: string | undefined): string | undefined {
  if (text === undefined || text.length > 4096 || !text.startsWith('/console')) return undefined
  if (!URL.canParse(text, 'https://console.invalid')) return undefined
  const { origin, pathname, search } = new URL(text, 'https://console.invalid')
  if (origin !== 'https://console.invalid' || !isConsolePath(pathname) || pathname === '/console/sign-in')
    return undefined
  return pathname + search
}
