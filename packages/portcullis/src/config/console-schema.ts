import { fixedTable, origin, section, text, truth, wholeNumber } from './fields.ts'

/** Where administrators are served by HTTP. */
export const consoleSettings = section({
  enabled: truth()
    .prefault(true)
    .describe(
      'Whether the console and its HTTP API answer at all, under `/console`. Without them, `portcullis` on the machine does all that they do.',
    ),
  listen: fixedTable({
    host: text('an address or host name').describe('The address to listen on.'),
    port: wholeNumber({ least: 1, most: 65_535 }).describe('The port to listen on.'),
  })
    .optional()
    .describe(
      'An address of its own: then the console answers there alone, and not where MCP clients connect. Default: it is where pages are, at the origin of `publicUrl`.',
    ),
  origin: origin()
    .optional()
    .describe(
      'By which origin people and programs reach `console.listen`, such as `https://admin.example.com`, where a proxy stands in front. Default: `http://`, its host and its port.',
    ),
})
