import { type Html, html } from './html.ts'
import type { ConsentRequest, ConsentScope } from './interaction.ts'
import { formatLifetime } from './lifetime.ts'

/** What a client will be able to do, each to be unticked where it can be left out, and for how long. */
export function abilities({
  scopes,
  problem,
  lifetime,
  rememberedFor = 0,
}: Pick<ConsentRequest, 'scopes' | 'problem' | 'lifetime'> & Partial<Pick<ConsentRequest, 'rememberedFor'>>): Html {
  const canChoose = scopes.some(({ field }) => field !== undefined)
  const about = [problem !== undefined && 'scopes-problem', canChoose && 'scopes-hint'].filter((id) => id !== false)
  return html`<div role="group" aria-labelledby="scopes"${about.length === 0 ? undefined : html` aria-describedby="${about.join(' ')}"`}>
<h2 id="scopes">It will act for you, and be able to</h2>
${problem === undefined ? undefined : html`<p class="wrong" id="scopes-problem" role="alert">Nothing is left of what it could do at this server. Tick what you allow, or deny.</p>\n`}<ul class="list">${scopes.map(scopeItem)}</ul>
${canChoose ? html`<p class="soft" id="scopes-hint">Untick what it should not do. It may then ask again.</p>\n` : undefined}</div>
<p class="soft">This lasts until it has not been used for ${formatLifetime(lifetime)}, or access is ended.${rememberedFor === 0 ? undefined : ` If you allow it, you are not asked for the same again for ${formatLifetime(rememberedFor)}.`}</p>`
}

function scopeItem(scope: ConsentScope): Html {
  const { field, token, isTicked } = scope
  if (field === undefined) return html`<li>${wordsOf(scope)}</li>`
  return html`<li class="pick"><label class="tick"><input type="checkbox" name="${field}" value="${token}"${isTicked ? html` checked` : undefined}> <span>${wordsOf(scope)}</span></label></li>`
}

function wordsOf({ token, description, brings }: ConsentScope): Html {
  return html`${description} <small><code>${token}</code>${brings.length === 0 ? undefined : `, with which ${brings.join(', ')} ${brings.length === 1 ? 'comes' : 'come'}`}</small>`
}
