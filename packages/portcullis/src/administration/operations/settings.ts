import * as z from 'zod'
import { operation } from '../operation.ts'
import { settingsInForce } from '../settings.ts'

export const listSettingsOperation = operation({
  name: 'settings.list',
  right: 'read_settings',
  summary: 'List the settings as they are in force, and where each was set; secrets are in none of them',
  method: 'GET',
  path: '/settings',
  input: z.strictObject({}),
  output: z.array(
    z
      .strictObject({
        name: z.string(),
        value: z.unknown().optional().describe('Durations in seconds, sizes in bytes. Absent: not set.'),
        setAt: z
          .string()
          .optional()
          .describe(
            'A line of the file, a variable of the environment, or an option of the command. Absent: the default.',
          ),
      })
      .meta({ id: 'Setting' }),
  ),
  run: async (_, { configuration }) => settingsInForce(configuration),
})
