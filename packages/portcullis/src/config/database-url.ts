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
  const encoded = userPassword.exec(url)?.groups?.password ?? /[?&]password=([^&#]*)/i.exec(url)?.[1]
  return encoded === undefined || encoded === '' ? undefined : decodeURIComponent(encoded)
}

/** The URL with a password, for the client of the database alone. */
export function withPassword(url: string, password: string | undefined): string {
  if (password === undefined) return url
  return `${url}${url.includes('?') ? '&' : '?'}password=${encodeURIComponent(password)}`
}

const userPassword = /^(?<before>postgres(?:ql)?:\/\/[^:@/?#]*):(?<password>[^/?#]*)@/i

function withoutParameter(url: string): string {
  return url.replace(/([?&])password=[^&#]*(&?)/gi, (_, before: string, after: string) => (after === '' ? '' : before))
}
