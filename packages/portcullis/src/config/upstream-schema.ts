import * as z from 'zod'
import { holeOfEnvironment, holesOfPerson } from '../gateway/stdio/templates.ts'
import { choice, fixedTable, listOf, tableOf, text, webUrl } from './fields.ts'

/** The program of an MCP server that speaks over its standard streams. */
const stdio = fixedTable({
  command: text('the program that is the MCP server').describe(
    'The program of an MCP server that speaks over its standard streams (stdio), such as `npx`. Started when it is first needed; no shell reads it. `--stdio "npx -y some-server"` is the short form.',
  ),
  args: listOf(z.string({ error: 'must be a text' }))
    .prefault([])
    .describe(
      `Its arguments, each by itself. They, \`env\` and \`cwd\` may say whose process it is (\`${holesOfPerson.join('`, `')}\`) or have a variable of Portcullis (\`${holeOfEnvironment}\`). \`$$\{\` stands for \`$\{\`.`,
    ),
  env: tableOf(z.string({ error: 'must be a text' }))
    .prefault({})
    .describe(
      'What its environment has beside `PATH`, `HOME`, `LANG` and the like. Nothing else is handed on, the secrets of Portcullis least of all.',
    ),
  cwd: text('a folder')
    .optional()
    .describe(
      'The folder that it runs in, relative to that of this file. Made where it is of a person. Default: that of this file, or else the current one.',
    ),
  per: choice(['person', 'server'])
    .prefault('person')
    .describe(
      '`person`: each person who is signed in has a process of their own. `server`: all share one; only for servers that keep nothing of anybody (docs/gateway.md).',
    ),
})

/** The MCP server behind: a URL, or a program. */
export function upstream() {
  return z.union(
    [webUrl(', or a table with the command of a program: { command: npx, args: [-y, some-server] }'), stdio],
    {
      error: 'must be the http or https URL of an MCP server, or a table with the command of one',
    },
  )
}

export type UpstreamSetting = z.output<ReturnType<typeof upstream>>
export type StdioSetting = Exclude<UpstreamSetting, string>
