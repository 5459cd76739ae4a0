import 'reflect-metadata'
import { NestFactory } from '@nestjs/core'
import { createResourceServer } from '@portcullis/auth'
import { protect } from '@portcullis/auth/nest'
import { port, rules, settings } from '../settings.ts'
import { NotesModule } from './notes.module.ts'

const app = await NestFactory.create(NotesModule, { logger: ['error'] })
app.use(protect(createResourceServer(settings), rules))
await app.listen(port)
