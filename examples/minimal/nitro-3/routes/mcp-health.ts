import { defineHandler } from 'nitro'

export default defineHandler(() => 'ok')
