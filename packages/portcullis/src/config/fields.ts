import { isIP } from 'node:net'
import { isLoopbackHost, isScopeToken } from '@portcullis/auth/protocol'
import * as z from 'zod'

/** Kinds of setting. Each complains in one sentence that goes on from its name: "must be …". */

export function text(what: string) {
  const message = `must be ${what}`
  return z.string({ error: message }).trim().min(1, message)
}

export function wholeNumber({ least, most }: { least: number; most: number }) {
  const message = `must be a whole number from ${least} to ${most}`
  return z.number({ error: message }).int(message).min(least, message).max(most, message)
}

const secondsIn: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 }

/** Seconds, as a number or as text with a unit: `90`, `90s`, `10m`, `8h`, `30d`. Gives seconds. */
export function duration({ least, most }: { least: number; most: number }) {
  const message = `must be a duration such as 90s, 10m, 8h or 30d, from ${spanOf(least)} to ${spanOf(most)}`
  const inSeconds = (value: string | number) => {
    const [, count, unit] = /^(\d{1,9})([smhd]?)$/.exec(String(value)) ?? []
    return Number(count) * (secondsIn[unit === '' || unit === undefined ? 's' : unit] ?? Number.NaN)
  }
  return z
    .union([z.number(), z.string()], { error: message })
    .refine((value) => inSeconds(value) >= least && inSeconds(value) <= most, message)
    .transform(inSeconds)
    .meta({ kind: 'duration' })
}

/** Seconds as they would be written. */
function spanOf(seconds: number): string {
  const [unit = 's', size = 1] =
    Object.entries(secondsIn).findLast(([, each]) => seconds >= each && seconds % each === 0) ?? []
  return `${seconds / size}${unit}`
}

/** Bytes, as a number or as text with a unit: `65536`, `64KiB`, `4MiB`. Gives bytes. */
export function bytes({ least, most }: { least: number; most: number }) {
  const message = `must be a size such as 64KiB or 4MiB, from ${least} to ${most} bytes`
  const inBytes = (value: string | number) => {
    const [, count, unit] = /^(\d{1,12})(KiB|MiB)?$/.exec(String(value)) ?? []
    return Number(count) * (unit === 'KiB' ? 1024 : unit === 'MiB' ? 1024 ** 2 : 1)
  }
  return z
    .union([z.number(), z.string()], { error: message })
    .refine((value) => inBytes(value) >= least && inBytes(value) <= most, message)
    .transform(inBytes)
    .meta({ kind: 'size' })
}

export function truth() {
  return z.boolean({ error: 'must be true or false' })
}

export function choice<const Values extends readonly [string, ...string[]]>(values: Values) {
  return z.enum(values, { error: `must be one of ${values.join(', ')}` })
}

export function listOf<Item extends z.ZodType>(item: Item) {
  return z.array(item, { error: 'must be a list' })
}

/** A table by name. */
export function tableOf<Value extends z.ZodType>(value: Value) {
  return z.record(z.string(), value, { error: 'must be a table of names and values' })
}

/** Settings that belong together, each by its name. */
export function section<Shape extends z.ZodRawShape>(shape: Shape) {
  return fixedTable(shape).prefault({} as z.input<z.ZodObject<Shape>>)
}

/** The same where all of it may be missing, or some of it must be there. */
export function fixedTable<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.strictObject(shape, { error: sectionMessage })
}

/** Zod says this of a section that is no table; `problems.ts` words unknown names itself. */
function sectionMessage(issue: { code?: string }): string | undefined {
  return issue.code === 'invalid_type' ? 'must be a table of settings' : undefined
}

export function scopeToken() {
  const message = 'must be a scope: visible ASCII characters without space, quote and backslash'
  return z.string({ error: message }).refine(isScopeToken, message)
}

/** A name that SQL needs no quotes for. */
export function schemaName() {
  const message = 'must be a name of lower-case letters, digits and _, at most 63'
  return z.string({ error: message }).regex(/^[a-z_][a-z0-9_]{0,62}$/, message)
}

/** Where something is fetched that decides whom to trust. */
export function secureUrl() {
  const message = 'must be an https URL (http on loopback) without a fragment, a user name and a password'
  return z.string({ error: message }).refine(isSecureUrl, message).meta({ kind: 'URL' })
}

/** Whoever mistook it for the secret itself does not see it in a message or a log (law 11); random text of that length has no underscore. */
export function variableName() {
  const message = 'must be the name of an environment variable, and never what it contains'
  return text('the name of an environment variable').refine(
    (name) => /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && (name.length < 32 || name.includes('_')),
    message,
  )
}

/** `remedy`: what else it may be. */
export function webUrl(remedy = '') {
  const message = `must be an http or https URL without a fragment, such as http://localhost:3000/mcp${remedy}`
  return z
    .string({ error: message })
    .refine(isWebUrl, { error: message, abort: true })
    .refine(hasNoUserInformation, 'must not have a user name or password, which Portcullis would not send on')
    .meta({ kind: 'URL' })
}

export function host() {
  const message = 'must be a host, or a host and port, in lower case, such as mcp.internal:8443'
  return z.string({ error: message }).refine((value) => isWebUrl(`https://${value}/`) && isHost(value), message)
}

/** A host, or every host below a name. */
export function hostPattern() {
  const message = 'must be a host in lower case, such as client.example, client.example:8443 or *.client.example'
  return z.string({ error: message }).refine((value) => {
    const name = value.replace(/^\*\./, '')
    const of = value === name ? 'host' : 'hostname' // hosts below a name are meant at every port
    return isWebUrl(`https://${name}/`) && new URL(`https://${name}/`)[of] === name && !/\*|\.$/.test(name)
  }, message)
}

export function origin() {
  const message = 'must be an origin such as https://app.example.com'
  return z.string({ error: message }).refine((value) => isWebUrl(value) && new URL(value).origin === value, message)
}

/** An address, or a range of addresses in CIDR form. */
export function addressRange() {
  const message = 'must be an IP address, or a range such as 10.0.0.0/8'
  return z.string({ error: message }).refine(isAddressRange, message)
}

function isWebUrl(value: string): boolean {
  if (!URL.canParse(value)) return false
  const { protocol, hash } = new URL(value)
  return (protocol === 'http:' || protocol === 'https:') && hash === ''
}

function isSecureUrl(value: string): boolean {
  if (!isWebUrl(value) || !hasNoUserInformation(value)) return false
  const { protocol, hostname } = new URL(value)
  return protocol === 'https:' || isLoopbackHost(hostname)
}

function hasNoUserInformation(value: string): boolean {
  const { username, password } = new URL(value)
  return username === '' && password === ''
}

function isHost(value: string): boolean {
  // Parsed under a scheme whose default port nobody writes, so that every port stays.
  const url = `ws://${value}/`
  return new URL(url).host === value || (value.endsWith(':80') && new URL(url).hostname === value.slice(0, -3))
}

function isAddressRange(value: string): boolean {
  const [address = '', prefix, ...more] = value.split('/')
  const family = isIP(address)
  if (family === 0 || more.length > 0) return false
  return prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= (family === 4 ? 32 : 128))
}
