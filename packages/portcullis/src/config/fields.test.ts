import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { addressRange, bytes, duration, host, origin } from './fields.ts'

const seconds = { s: 1, m: 60, h: 3600, d: 86_400 } as const
const sizes = { '': 1, KiB: 1024, MiB: 1024 ** 2 } as const
const hostile = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.constantFrom('1', '0', '-', '.', 'e', 's', 'd', 'KiB', ' ', '\n', '٣') }),
  fc.double(),
  fc.anything(),
)

test('a duration is what it says, with a unit, without one, and as a number, within its limits alone', () => {
  const unit = fc.constantFrom(...(['s', 'm', 'h', 'd'] as const))
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 999_999 }), unit, fc.nat(), fc.nat(), (count, unit, a, b) => {
      const inSeconds = count * seconds[unit]
      const [least = 0, most = 0] = [a, b].sort((one, other) => one - other)
      const field = duration({ least, most })
      const expected = inSeconds >= least && inSeconds <= most ? inSeconds : undefined

      for (const written of [`${count}${unit}`, `${inSeconds}s`, String(inSeconds), inSeconds])
        if (String(inSeconds).length <= 9) assert.equal(field.safeParse(written).data, expected, String(written))
    }),
  )
})

test('a size is what it says, with a unit, without one, and as a number, within its limits alone', () => {
  const unit = fc.constantFrom(...(['', 'KiB', 'MiB'] as const))
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 999_999 }), unit, fc.nat(), fc.nat(), (count, unit, a, b) => {
      const inBytes = count * sizes[unit]
      const [least = 0, most = 0] = [a, b].sort((one, other) => one - other)
      const field = bytes({ least, most })
      const expected = inBytes >= least && inBytes <= most ? inBytes : undefined

      for (const written of [`${count}${unit}`, String(inBytes), inBytes])
        assert.equal(field.safeParse(written).data, expected, String(written))
    }),
  )
})

test('whatever stands where a duration or a size belongs is a whole number within the limits, or refused', () => {
  fc.assert(
    fc.property(hostile, (written) => {
      for (const field of [duration({ least: 1, most: 86_400 }), bytes({ least: 1, most: 86_400 })]) {
        const { data } = field.safeParse(written)

        assert.ok(data === undefined || (Number.isInteger(data) && data >= 1 && data <= 86_400), String(data))
        if (data !== undefined) assert.match(String(written), /^\d+(s|m|h|d|KiB|MiB)?$/)
      }
    }),
  )
})

const name = fc.domain().map((domain) => domain.toLowerCase())
const port = fc.option(fc.integer({ min: 1, max: 65_535 }), { nil: undefined })
const suffix = (port: number | undefined) => (port === undefined ? '' : `:${port}`)

test('a host is taken as browsers write it, with or without a port', () => {
  const anyHost = fc.oneof(
    name,
    fc.ipV4(),
    fc.integer({ min: 1, max: 0xffff }).map((group) => `[2001:db8::${group.toString(16)}]`),
  )
  fc.assert(
    fc.property(anyHost, port, (name, port) => {
      const written = name + suffix(port)

      assert.equal(host().safeParse(written).data, written)
      for (const other of [
        `${written}/`,
        `http://${written}`,
        `u@${written}`,
        ` ${written}`,
        `${written}?a`,
        `${written}#a`,
      ])
        assert.equal(host().safeParse(other).success, false, other)
    }),
  )
})

test('an origin is taken as browsers write it', () => {
  const scheme = fc.constantFrom('http', 'https')
  fc.assert(
    fc.property(scheme, name, port, (scheme, name, port) => {
      const { origin: written } = new URL(`${scheme}://${name}${suffix(port)}`)

      assert.equal(origin().safeParse(written).data, written)
      for (const other of [`${written}/`, `${written}/a`, `${written}?a`, `${written}#a`, name, written.toUpperCase()])
        assert.equal(origin().safeParse(other).success, false, other)
    }),
  )
})

test('whatever is taken for a host or an origin is one, and nothing else stands in it', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({
      unit: fc.constantFrom('a', '.', ':', '80', '443', '[', ']', '::1', '/', '@', '\\', '#', '?', '%41', '\t'),
    }),
    fc.webUrl(),
    fc.webAuthority({ withUserInfo: true, withPort: true }),
  )
  fc.assert(
    fc.property(text, (written) => {
      const parsed = { host: host().safeParse(written).data, origin: origin().safeParse(written).data }

      if (parsed.host !== undefined) {
        assert.ok([written, written.replace(/:(80|443)$/, '')].includes(new URL(`https://${written}/`).host))
        assert.match(written, /^[^\s/\\@?#A-Z]+$/)
      }
      if (parsed.origin !== undefined) assert.equal(new URL(written).origin, written)
    }),
  )
})

test('a range of addresses is an address, with as many bits as it has at most', () => {
  const family = fc.oneof(fc.tuple(fc.ipV4(), fc.constant(32)), fc.tuple(fc.constant('2001:db8::'), fc.constant(128)))
  fc.assert(
    fc.property(family, fc.nat({ max: 999 }), ([address, most], bits) => {
      assert.equal(addressRange().safeParse(address).success, true)
      assert.equal(addressRange().safeParse(`${address}/${bits}`).success, bits <= most)
      for (const other of [
        `${address}/`,
        `${address}/8/8`,
        `${address}/-1`,
        `${address}/8.`,
        `/${bits}`,
        `${address} `,
      ])
        assert.equal(addressRange().safeParse(other).success, false, other)
    }),
  )
})
