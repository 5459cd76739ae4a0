import { Agent, createServer } from 'node:http'
import httpProxy from 'http-proxy'
import { listen } from './listening.ts'

/** http-proxy with connections that are kept open; it checks nothing. */
const [, , target] = process.argv
const proxy = httpProxy.createProxyServer({ target, agent: new Agent({ keepAlive: true }), xfwd: true })
proxy.on('error', (_, __, res) => res.destroy())
listen(createServer((req, res) => proxy.web(req, res)))
