import express from 'express'
import { createLogin } from '../authorization-server/authorization-server.ts'
import { clientsBefore } from '../authorization-server/clients-before.ts'
import { issuer as identityProvider, port, resource } from '../settings.ts'

const { REVOCATIONS_SECRET = '' } = process.env
const { origin } = new URL(resource)

const { router } = createLogin({
  issuer: origin, // as before
  origin,
  resource,
  identityProvider,
  clients: clientsBefore(),
  revocationReaders: [REVOCATIONS_SECRET],
})

express().use(router).listen(port)
