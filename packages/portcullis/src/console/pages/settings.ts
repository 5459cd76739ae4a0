import { html } from '@portcullis/auth/authorization-server'
import { perform } from '../../administration/operation.ts'
import { listSettingsOperation } from '../../administration/operations/settings.ts'
import { consolePage } from '../frame.ts'
import type { Page } from '../page.ts'
import { nothing, table } from '../table.ts'
import { textOf } from '../value-text.ts'

/** What is in force, and where it was set. */
export const showSettings: Page = async (_, viewer, { administration, server }) => {
  const settings = await perform(listSettingsOperation, {}, viewer.administrator, administration)
  const set = settings.filter(({ setAt }) => setAt !== undefined)
  const { file } = administration.configuration
  const placeOf = (place = '') => (file === undefined ? place : place.replace(`${file}:`, 'line '))
  const usual = settings.filter(({ setAt, value }) => setAt === undefined && value !== undefined)
  return consolePage({
    title: 'Settings',
    room: 'settings',
    ...{ viewer, server },
    lead: 'What is in force in this process, and where it came from. They change by the configuration and a restart; secrets are in none of them. Durations are in seconds, sizes in bytes.',
    body: html`<h2>Set by you</h2>
${file === undefined ? undefined : html`<p class="soft">In <code>${file}</code>, on the command line, and in the environment.</p>`}
${
  set.length === 0
    ? nothing('Nothing: everything is as it is by itself.')
    : table(
        'Set by you',
        [{ label: 'Setting', isWhole: true }, { label: 'Value' }, { label: 'Where', isWhole: true }],
        set.map(({ name, value, setAt }) => [
          html`<code>${name}</code>`,
          html`<code>${textOf(value)}</code>`,
          placeOf(setAt),
        ]),
      )
}
<details><summary>As they are by themselves: ${usual.length} more</summary>
${table(
  'By default',
  [{ label: 'Setting', isWhole: true }, { label: 'Value' }],
  usual.map(({ name, value }) => [html`<code>${name}</code>`, html`<code>${textOf(value)}</code>`]),
)}</details>`,
  })
}
