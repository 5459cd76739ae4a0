/** Whether the setting `database` is the URL of a Postgres database, as opposed to the path of a SQLite file. */
export function isPostgresUrl(database: string): boolean {
  return /^postgres(ql)?:\/\//i.test(database)
}

/** The URL as it may be shown: what stands between the user's name and the host is a password, and so is the parameter of that name. */
export function withoutPassword(url: string): string {
  return withoutParameter(url.replace(userPassword, '$<before>@'))
}

/** The password that the URL has, decoded; `undefined` where there is none. */
export function passwordIn(url: string): string | undefined {
  const encoded =
    userPassword.exec(url)?.groups?.password ??
    queryOf(url)
      .findLast(isPassword)
      ?.replace(/^[^=]*=?/, '')
  return encoded === undefined || encoded === '' ? undefined : decodeURIComponent(encoded)
}

/** The URL with a password, for the client of the database alone. */
export function withPassword(url: string, password: string | undefined): string {
  if (password === undefined) return url
  return `${url}${url.includes('?') ? '&' : '?'}password=${encodeURIComponent(password)}`
}

/**
 * Why nobody can tell where the password of the URL ends, which then could not be kept out of messages; `undefined` where that is clear. A `/`, `?`
 * or `#` in a password ends the host for whoever reads the URL.
 */
export function whyNotReadable(url: string): string | undefined {
  const [, authority = '', rest = ''] = /^[^:]*:\/\/([^/?#]*)(.*)$/s.exec(url) ?? []
  const isCutOff = authority.includes(':') && rest.includes('@')
  return isCutOff
    ? 'cannot be read: what is special in a user name, a password or another part of the URL must be percent-encoded, as "/" is by %2F, "?" by %3F, "#" by %23 and "@" by %40'
    : undefined
}

// A user name may have an @ (Azure: USER@SERVER): the last one stands before the host.
const userPassword = /^(?<before>postgres(?:ql)?:\/\/[^:/?#]*):(?<password>[^/?#]*)@/i

function withoutParameter(url: string): string {
  const kept = queryOf(url).filter((pair) => !isPassword(pair))
  return url.replace(/\?[^#]*/, () => (kept.length === 0 ? '' : `?${kept.join('&')}`))
}

function queryOf(url: string): string[] {
  const [, query] = /^[^?#]*\?([^#]*)/.exec(url) ?? []
  return query === undefined ? [] : query.split('&')
}

/** As whoever reads the URL decodes its name. */
function isPassword(pair: string): boolean {
  return [...new URLSearchParams(pair).keys()].some((name) => name.toLowerCase() === 'password')
}
