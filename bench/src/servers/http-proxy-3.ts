import { Agent, createServer } from 'node:http'
import { createProxyServer } from 'http-proxy-3'
import { listen } from './listening.ts'

/** http-proxy-3 with connections that are kept open; it checks nothing. */
const [, , target] = process.argv
const proxy = createProxyServer({ target, agent: new Agent({ keepAlive: true }), xfwd: true })
proxy.on('error', (_, __, res) => res.destroy())
listen(createServer((req, res) => proxy.web(req, res)))
