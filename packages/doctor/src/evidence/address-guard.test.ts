import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type AddressKind, kindOfAddress } from '@portcullis/auth/node'
import { guardFor } from './address-guard.ts'

const addresses: readonly (readonly [address: string, kind: AddressKind])[] = [
  ['1.1.1.1', 'public'],
  ['2606:4700::1111', 'public'],
  ['127.0.0.1', 'loopback'],
  ['127.255.0.9', 'loopback'],
  ['::1', 'loopback'],
  ['::ffff:127.0.0.1', 'loopback'],
  ['::ffff:7f00:1', 'loopback'],
  ['::ffff:0:127.0.0.1', 'loopback'],
  ['::ffff:0:169.254.169.254', 'instance_metadata'],
  ['::ffff:0:101:101', 'public'],
  ['64:ff9b::7f00:1', 'loopback'],
  ['64:ff9b::101:101', 'public'],
  ['64:ff9b::1', 'special'],
  ['10.1.2.3', 'private'],
  ['172.16.0.1', 'private'],
  ['172.32.0.1', 'public'],
  ['192.168.1.1', 'private'],
  ['100.64.0.1', 'private'],
  ['fd12::1', 'private'],
  ['169.254.1.1', 'link_local'],
  ['fe80::1%eth0', 'link_local'],
  ['169.254.169.254', 'instance_metadata'],
  ['::ffff:169.254.169.254', 'instance_metadata'],
  ['fd00:ec2::254', 'instance_metadata'],
  ['fd00:ec2::23', 'instance_metadata'],
  ['169.254.170.23', 'instance_metadata'],
  ['168.63.129.16', 'instance_metadata'],
  ['100.100.100.200', 'instance_metadata'],
  ['169.254.42.42', 'instance_metadata'],
  ['169.254.0.23', 'instance_metadata'],
  ['fd00:42::42', 'instance_metadata'],
  ['fd00:c1::a9fe:a9fe', 'instance_metadata'],
  ['fe80::a9fe:a9fe%eth0', 'instance_metadata'],
  ['0.0.0.0', 'special'],
  ['::', 'special'],
  ['192.0.2.1', 'special'],
  ['198.18.0.1', 'special'],
  ['224.0.0.1', 'special'],
  ['255.255.255.255', 'special'],
  ['2001:db8::1', 'special'],
  ['2002:7f00:1::', 'special'],
  ['ff02::1', 'special'],
  ['not an address', 'special'],
]
for (const [address, kind] of addresses) {
  test(`${address} is ${kind}`, () => {
    assert.equal(kindOfAddress(address), kind)
  })
}

test('law 8: from a public URL only public addresses are asked', () => {
  const isAllowed = guardFor('mcp.example', ['1.1.1.1', '2606:4700::1111'])

  assert.deepEqual(
    ['8.8.8.8', '127.0.0.1', '10.0.0.1', '169.254.0.1', '192.0.2.1', '169.254.169.254'].filter(isAllowed),
    ['8.8.8.8'],
  )
})

test('law 8: from a URL on this machine or network, this machine and network are asked too', () => {
  for (const own of ['127.0.0.1', '::1', '10.0.0.7']) {
    const isAllowed = guardFor(own, [own])

    assert.deepEqual(
      ['8.8.8.8', '127.0.0.1', '10.0.0.1', 'fd12::1', '169.254.0.1', '192.0.2.1', '169.254.169.254'].filter(isAllowed),
      ['8.8.8.8', '127.0.0.1', '10.0.0.1', 'fd12::1'],
    )
  }
})

test('law 8: a name that leads inside and outside opens nothing inside, not even what it leads to', () => {
  for (const hostname of ['mcp.example', 'localhost']) {
    const isAllowed = guardFor(hostname, ['1.1.1.1', '127.0.0.1', '10.0.0.7'])

    assert.deepEqual(['8.8.8.8', '127.0.0.1', '10.0.0.7', '10.0.0.1'].filter(isAllowed), ['8.8.8.8'])
  }
})

test('law 8: a name that leads inside opens what it leads to and nothing beside it', () => {
  const isAllowed = guardFor('mcp.example', ['10.0.0.7', '::1'])

  assert.deepEqual(['8.8.8.8', '10.0.0.7', '::1', '10.0.0.1', '127.0.0.1', '192.168.1.1'].filter(isAllowed), [
    '8.8.8.8',
    '10.0.0.7',
    '::1',
  ])
})

test('law 8: from localhost, this machine and network are asked too', () => {
  const isAllowed = guardFor('localhost', ['::1', '127.0.0.1'])

  assert.deepEqual(['127.0.0.2', '10.0.0.1', '169.254.0.1'].filter(isAllowed), ['127.0.0.2', '10.0.0.1'])
})

test('law 8: where machines keep their credentials is not asked, even if it is what was typed', () => {
  assert.equal(guardFor('169.254.169.254', ['169.254.169.254'])('169.254.169.254'), false)
  assert.equal(guardFor('[fd00:ec2::254]', ['fd00:ec2::254'])('fd00:ec2::254'), false)
  assert.equal(guardFor('mcp.example', ['169.254.169.254'])('169.254.169.254'), false)
})
