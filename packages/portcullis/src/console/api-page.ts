import { type Html, html, page } from '@portcullis/auth/authorization-server'
import { type AnyOperation, catalogue } from '../administration/catalogue.ts'
import { rights } from '../administration/rights.ts'
import { apiPagePath, apiPath } from './api.ts'
import type { ConsoleContext } from './context.ts'
import { fieldsOf } from './openapi.ts'
import { problemTypes } from './problem-details.ts'

/** The page that says what the HTTP API has, for people. It is the same for everybody, and has nothing of this server but its address. */
export function apiPage({ origin, server }: Pick<ConsoleContext, 'origin' | 'server'>): Response {
  return page({
    title: 'HTTP API',
    owner: server.name,
    brand: server.brand,
    body: html`<h1>HTTP API</h1>
<p>What administrators do, for programs: the same as the command line, with the same rights, and all of it is in the audit log. As an OpenAPI 3.1 document: <a href="${apiPagePath}/openapi.json">openapi.json</a></p>
<p>Addresses begin with <code>${origin}${apiPath}</code>. Send an administration token with each request:</p>
<pre><code>curl -H "Authorization: Bearer $TOKEN" ${origin}${apiPath}/users</code></pre>
<p class="soft">Whoever may run commands on the machine makes one: <code>portcullis tokens create --name NAME --role auditor</code>. Access tokens of MCP clients are not taken here, nor these there.</p>
<h2>Operations</h2>
${catalogue.map(operationOf)}
<h2>Problems</h2>
<p class="soft">What is not done is answered as RFC 9457 has it (<code>application/problem+json</code>). Its type is the address of this page and one of these:</p>
<ul>${Object.entries(problemTypes).map(([name, { status, title }]) => html`<li id="${name}"><code>${name}</code> (${status}): ${title}</li>`)}</ul>`,
  })
}

function operationOf(operation: AnyOperation): Html {
  const { name, method, path, summary, right, isStream } = operation
  const fields = fieldsOf(operation)
  return html`<section id="${name}"><h3><code>${method} ${path}</code></h3>
<p>${withCode(summary)}.${isStream ? ' One JSON object on each line.' : undefined} <small>For ${rights[right].join(', ')}.</small></p>
${
  fields.length === 0
    ? undefined
    : html`<ul>${fields.map(
        ({ name: field, place, isRequired, schema: { description } }) =>
          html`<li><code>${field}</code> <small>(${place}${isRequired ? undefined : ', optional'})</small> ${withCode(description ?? '')}</li>`,
      )}</ul>`
}</section>`
}

/** What the OpenAPI document has as Markdown: code between backticks, and nothing else. */
function withCode(text: string): readonly (Html | string)[] {
  return text.split('`').map((part, at) => (at % 2 === 0 ? part : html`<code>${part}</code>`))
}
