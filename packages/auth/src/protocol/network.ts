/**
 * The network by which limits count an address: an IPv4 address itself, and of an IPv6 address the /64 within which one host chooses freely,
 * however it is written. Text that is no address stays as it is.
 */
export function networkOf(address: string): string {
  if (!address.includes(':')) return address
  const groups = groupsOf(address.replace(/%.*$/s, ''))
  if (groups === undefined) return address
  const [high = 0, low = 0] = groups.slice(6)
  // An IPv4 address that a socket for both families shows as IPv6 (RFC 4291 §2.5.5.2).
  if (groups.slice(0, 6).join() === '0,0,0,0,0,65535') return [high >> 8, high & 255, low >> 8, low & 255].join('.')
  return `${groups
    .slice(0, 4)
    .map((group) => group.toString(16))
    .join(':')}::/64`
}

/** The eight groups of an IPv6 address (RFC 4291 §2.2); `undefined` for other text. */
function groupsOf(text: string): number[] | undefined {
  const [head = '', tail, ...more] = withoutQuad(text).split('::')
  const before = fieldsOf(head)
  const after = fieldsOf(tail ?? '')
  const missing = 8 - before.length - after.length
  const fits = tail === undefined ? missing === 0 : missing > 0
  const fields = [...before, ...Array<string>(Math.max(0, missing)).fill('0'), ...after]
  return fits && more.length === 0 && fields.every((field) => /^[0-9a-f]{1,4}$/i.test(field))
    ? fields.map((field) => Number.parseInt(field, 16))
    : undefined
}

/** The last two groups may be written as an IPv4 address. */
function withoutQuad(text: string): string {
  const [, start, ...quad] = /^(.*:)(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/s.exec(text) ?? []
  const [a = 0, b = 0, c = 0, d = 0] = quad.map(Number)
  if (start === undefined || Math.max(a, b, c, d) > 255) return text
  return `${start}${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`
}

function fieldsOf(text: string): string[] {
  return text === '' ? [] : text.split(':')
}
