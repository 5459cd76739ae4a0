import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseReturnAddress } from '../accounts/return-address.ts'
import { parseConsoleAddress } from './console-paths.ts'

test('pages of the console are returned to, as browsers read their addresses', () => {
  for (const [text, address] of [
    ['/console', '/console'],
    ['/console/attempts?text=a b', '/console/attempts?text=a%20b'],
    ['/console/act/users.disable?user=grace', '/console/act/users.disable?user=grace'],
    ['/console/\r\nset-cookie: a=b', '/console/set-cookie:%20a=b'],
    ['/console/ä😀', '/console/%C3%A4%F0%9F%98%80'],
    ['/console\\@evil.example', '/console/@evil.example'],
    ['/console/%2e%2e/console/users#there', '/console/users'],
  ]) {
    assert.equal(parseConsoleAddress(text), address)
    assert.doesNotThrow(() => new Headers({ location: String(address) }))
  }
})

test('an address of another origin, or of what is no page of the console, is never returned to, however it is written', () => {
  for (const text of [
    ...['//evil.example', '///evil.example', '/\\evil.example', 'https://evil.example/console', 'javascript:alert(1)'],
    ...['\t//evil.example/console', '/console.evil.example', '/console:80@evil.example', '/consolex', 'console', ''],
    ...['/console/../account', '/console/%2e%2e/account', '/console/.%2E//evil.example', '/console\\..\\account'],
    ...[
      '/console/..//evil.example',
      '/console/../../\\evil.example',
      '/console/sign-in',
      '/console/./sign-in?leave=yes',
    ],
    ...['/%63onsole', '/console%2f..%2faccount/../../token', `/console/${'x'.repeat(5000)}`],
  ]) {
    assert.equal(parseConsoleAddress(text), undefined, text)
    assert.ok(
      ['/account'].includes(parseReturnAddress(text, 'https://mcp.example')),
      `${text} leads to ${parseReturnAddress(text, 'https://mcp.example')}`,
    )
  }
})
