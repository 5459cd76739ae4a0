import 'reflect-metadata'
import { NestFactory } from '@nestjs/core'
import { FastifyAdapter } from '@nestjs/platform-fastify'
import { createResourceServer } from '@portcullis/auth'
import { protect } from '@portcullis/auth/nest'
import { NotesModule } from '../nest/notes.module.ts'
import { port, rules, settings } from '../settings.ts'

const app = await NestFactory.create(NotesModule, new FastifyAdapter(), { logger: ['error'] })
app.use(protect(createResourceServer(settings), rules))
await app.listen(port)
