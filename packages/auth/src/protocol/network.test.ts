import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { networkOf } from './network.ts'

const cases: [address: string, network: string][] = [
  ['192.0.2.1', '192.0.2.1'],
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['0:0:0:0:0:FFFF:c000:0201', '192.0.2.1'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:0DB8:0001:0002::9', '2001:db8:1:2::/64'],
  ['2001:db8::1', '2001:db8:0:0::/64'],
  ['64:ff9b::192.0.2.1', '64:ff9b:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['::', '0:0:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['unknown', 'unknown'],
  ['', ''],
  ['1:2:3:4:5:6:7:8:9', '1:2:3:4:5:6:7:8:9'],
  ['1::2::3', '1::2::3'],
  ['1:2:3:4:5:6:7::8', '1:2:3:4:5:6:7::8'],
  ['1:2:3:4:5:6:7:8::', '1:2:3:4:5:6:7:8::'],
  ['::ffff:256.0.0.1', '::ffff:256.0.0.1'],
]
for (const [address, network] of cases)
  test(`limits count "${address}" as "${network}"`, () => {
    assert.equal(networkOf(address), network)
  })

const group = fc.integer({ min: 0, max: 0xffff })
const groups = fc.array(group, { minLength: 8, maxLength: 8 })
const hasOwnForm = (all: readonly number[]) => all.slice(0, 6).join() !== '0,0,0,0,0,65535'

test('however an IPv6 address is written, limits count it by its first four groups', () => {
  fc.assert(
    fc.property(groups.filter(hasOwnForm), fc.context(), (all, context) => {
      const expected = `${all
        .slice(0, 4)
        .map((each) => each.toString(16))
        .join(':')}::/64`

      for (const written of spellingsOf(all)) {
        context.log(written)
        assert.equal(networkOf(written), expected)
      }
    }),
  )
})

test('two addresses are of one network exactly where their first four groups are the same', () => {
  fc.assert(
    fc.property(groups.filter(hasOwnForm), groups.filter(hasOwnForm), (one, other) => {
      const [a = '', b = ''] = [one, other].map((all) => networkOf(all.map((each) => each.toString(16)).join(':')))
      const neighbour = [...one.slice(0, 4), ...other.slice(4)]

      assert.equal(a === b, one.slice(0, 4).join() === other.slice(0, 4).join())
      if (hasOwnForm(neighbour)) assert.equal(networkOf(neighbour.map((each) => each.toString(16)).join(':')), a)
    }),
  )
})

test('however an IPv4 address is written as IPv6, limits count it as itself', () => {
  fc.assert(
    fc.property(fc.ipV4(), (address) => {
      const [a = 0, b = 0, c = 0, d = 0] = address.split('.').map(Number)
      const all = [0, 0, 0, 0, 0, 0xffff, a * 256 + b, c * 256 + d]

      for (const written of [address, `::ffff:${address}`, `0:0:0:0:0:FFFF:${address}`, ...spellingsOf(all)])
        assert.equal(networkOf(written), address)
    }),
  )
})

test('text that is no address stays as it is, and nothing makes it throw', () => {
  const almost = fc.string({ unit: fc.constantFrom('0', 'f', 'G', ':', '::', '.', '%', '255', '\n') })
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary' }), almost), (text) => {
      const network = networkOf(text)

      assert.ok(network === text || /^([0-9a-f]{1,4}:){4}:\/64$/.test(network) || /^(\d+\.){3}\d+$/.test(network))
    }),
  )
})

/** Long, short, in capitals, with leading zeros, and with each run of zeros left out. */
function spellingsOf(all: readonly number[]): string[] {
  const short = all.map((each) => each.toString(16))
  const spellings = [
    short.join(':'),
    short.join(':').toUpperCase(),
    short.map((each) => each.padStart(4, '0')).join(':'),
  ]
  for (let from = 0; from < 8; from += 1)
    for (let to = from + 1; to <= 8 && all[to - 1] === 0; to += 1)
      spellings.push(`${short.slice(0, from).join(':')}::${short.slice(to).join(':')}`)
  return spellings
}
