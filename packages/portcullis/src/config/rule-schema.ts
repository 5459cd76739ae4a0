import { listOf, scopeToken, section, tableOf, text, truth } from './fields.ts'

/** What a call needs of its caller (`Needs` of the library). */
const needs = {
  scopes: listOf(scopeToken())
    .prefault([])
    .describe('The scopes that are needed, all of them. A client whose token lacks one asks the person for it.'),
  roles: listOf(text('a role'))
    .min(1, notEmpty('role'))
    .optional()
    .describe('Roles, of which the caller must have one: the claim `roles` of the access token.'),
  groups: listOf(text('a group'))
    .min(1, notEmpty('group'))
    .optional()
    .describe('Groups, of which the caller must be in one: the claim `groups` (`identityProviders.NAME.groupsTold`).'),
  claims: tableOf(listOf(text('a value')).min(1, notEmpty('value')))
    .prefault({})
    .describe(
      'Claims of the access token, by name or by a path with dots, each with the values of which it must have one.',
    ),
  denied: truth().prefault(false).describe('Whether nobody may.'),
}

function notEmpty(what: string): string {
  return `must name at least one ${what}; leave it out where any will do, or set denied: true`
}

function needsByName(what: string) {
  return tableOf(section(needs)).prefault({}).describe(what)
}

function needsOfOthers(what: string) {
  return section(needs).describe(what)
}

/** Who may call what: `CallRulesOptions` of the library, by configuration. */
export const rules = {
  tools: needsByName(
    'What a call of each tool needs. What only scopes are missing for is answered so that clients ask for them; anything else is refused with a sentence, and left out of lists.',
  ),
  otherTools: needsOfOthers('What a call of a tool needs that is not named in `tools`; `denied: true` for nobody.'),
  prompts: needsByName('The same for prompts.'),
  otherPrompts: needsOfOthers('What a prompt needs that is not named in `prompts`.'),
  resourceUris: needsByName(
    'The same for what the MCP server offers to read (resources of MCP), by URI; one that ends in `*` is all that begin so.',
  ),
  otherResourceUris: needsOfOthers('What needs a resource whose URI is not named in `resourceUris`.'),
  hideUngranted: truth()
    .prefault(false)
    .describe('Whether lists leave out, too, what only scopes are missing for. No client then asks for these.'),
}
