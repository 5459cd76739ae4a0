import { defineEventHandler } from 'h3-1'

export default defineEventHandler(() => 'ok')
