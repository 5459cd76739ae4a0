import type { AuthorizationServerKinds } from '@portcullis/auth/authorization-server'
import { prismaStore } from 'portcullis-example-prisma-store'
import { once } from './once.ts'
import { prisma } from './prisma.ts'

/** Clients, grants, consents and keys, in the application's own database. */
export const store = once('store', () => prismaStore<AuthorizationServerKinds>({ prisma: prisma() }))
