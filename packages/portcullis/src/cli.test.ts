import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { whyNotNode } from './node-version.ts'

test('a Node that is too old is named with the one that is needed, before anything is loaded that it cannot load', () => {
  const old = (preload: string) => {
    const pretend = `Object.defineProperty(process.versions, 'node', { value: '20.20.2' }); ${preload}`
    const preloaded = ['--conditions=source', '--import', `data:text/javascript,${encodeURIComponent(pretend)}`]
    const cli = fileURLToPath(new URL(import.meta.url.replace('cli.test', 'cli')))
    return spawnSync(process.execPath, [...preloaded, cli, 'serve'], { encoding: 'utf8' })
  }
  const refusePackages = `import { registerHooks } from 'node:module'
    registerHooks({ resolve: (name, context, next) => { if (/^[a-z@]/.test(name) && !/^(file|node|data):/.test(name)) throw new Error('loaded ' + name); return next(name, context) } })`

  const { status, stderr } = old(refusePackages)

  assert.equal(stderr, `${whyNotNode('20.20.2')}\n`)
  assert.match(stderr, /^Portcullis needs Node 22\.19 or newer, and this is 20\.20\.2: [^\n]*\n$/)
  assert.equal(status, 1)
})

test('the Node that is needed is the one that the package promises to run on', () => {
  const { engines } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))

  assert.equal(engines.node, '>=22.19')
  for (const version of ['22.19.0', '22.20.1', '23.0.0', '24.21.0', '100.0.0'])
    assert.equal(whyNotNode(version), undefined)
  for (const version of ['8.17.0', '20.20.2', '22.18.9']) assert.ok(whyNotNode(version)?.includes(version))
})

test('who reads no further than a line is told of no fault', () => {
  const cli = fileURLToPath(new URL(import.meta.url.replace('cli.test', 'cli')))

  const { stderr } = spawnSync('sh', ['-c', `"${process.execPath}" --conditions=source "${cli}" --help | true`], {
    encoding: 'utf8',
  })

  assert.equal(stderr, '')
})
