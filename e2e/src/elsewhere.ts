import { request as forward, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { makeCertificate } from './certificate.ts'

/** All of the web that is not Portcullis, over https: clients, their documents, and pages of attackers. */
export interface Elsewhere {
  port: number
  /** The file of the certificate, for programs that are to trust it. */
  certificate: string
  /** Has a page stand at a URL. `headers`: default, that it is HTML. */
  put(url: string, body: string, headers?: Readonly<Record<string, string>>): void
  /** Puts a host in front of a server on 127.0.0.1, as a reverse proxy is. */
  forward(host: string, port: number): void
  close(): Promise<void>
}

export async function startElsewhere(): Promise<Elsewhere> {
  const pages = new Map<string, { body: string; headers: Readonly<Record<string, string>> }>()
  const ports = new Map<string, number>()
  const { key, cert, file } = makeCertificate()
  const server = createServer({ key, cert }, (request, response) => {
    const { host = '', pathname } = new URL(request.url ?? '/', `https://${request.headers.host}`)
    const port = ports.get(host)
    if (port !== undefined) return void passOn(request, response, port)
    const page = pages.get(`https://${host}${pathname}`)
    if (page !== undefined) return void response.writeHead(200, page.headers).end(page.body)
    response.setHeader('content-type', 'text/html').end(`<!doctype html><title>At ${host}</title><h1>At ${host}</h1>`)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port, // a TCP server has no other kind of address
    certificate: file,
    put: (url, body, headers = isHtml) => void pages.set(url, { body, headers }),
    forward: (host, port) => void ports.set(host, port),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

const isHtml = { 'content-type': 'text/html; charset=utf-8' }

function passOn(request: IncomingMessage, response: ServerResponse, port: number): void {
  const { method, url: path, headers } = request
  const onward = forward({ host: '127.0.0.1', port, method, path, headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers)
    answer.pipe(response)
  })
  onward.on('error', () => response.writeHead(502).end())
  request.pipe(onward)
}
