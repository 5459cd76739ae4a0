import { fastifyHttpProxy } from '@fastify/http-proxy'
import { fastify } from 'fastify'
import { port } from './listening.ts'

/** Fastify's proxy; it checks nothing. */
const [, , target = ''] = process.argv
const app = fastify()
await app.register(fastifyHttpProxy, { upstream: target })
await app.listen({ port, host: '127.0.0.1' })
console.log('listening')
