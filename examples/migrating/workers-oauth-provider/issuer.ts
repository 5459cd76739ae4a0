import express from 'express'
import { createLogin } from '../authorization-server/authorization-server.ts'
import { clientsBefore } from '../authorization-server/clients-before.ts'

const { PORT = '3001', ORIGIN = `http://localhost:${PORT}`, RESOURCE = '', REVOCATIONS_SECRET = '' } = process.env

const { router } = createLogin({
  origin: ORIGIN,
  resource: RESOURCE,
  identityProvider: process.env.ISSUER ?? '',
  clients: clientsBefore(),
  revocationReaders: [REVOCATIONS_SECRET],
})

express().use(router).listen(Number(PORT))
