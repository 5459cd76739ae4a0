/** Whether a path is the console's. */
export function isConsolePath(path: string): boolean {
  return path === '/console' || path.startsWith('/console/')
}

/** Whether it is the address of a page of the console, which does nothing by being opened, with its query. */
export function isConsolePage(address: string | undefined): address is string {
  if (address === undefined || address.length > 4096 || !URL.canParse(address, 'https://console.invalid')) return false
  const url = new URL(address, 'https://console.invalid')
  return (
    address.startsWith('/console') &&
    url.origin === 'https://console.invalid' &&
    isConsolePath(url.pathname) &&
    url.pathname !== '/console/sign-in'
  )
}
