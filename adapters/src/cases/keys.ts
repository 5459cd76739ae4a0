import type { Case } from '../case.ts'
import { headOf, invalid, metadata, missing, unavailable } from '../expectations.ts'
import { initialize, ofMcp } from '../messages.ts'
import { wellKnown } from '../place.ts'

/** What is asked of a server that never had the keys of its issuer, while they cannot be had. */
export const keyCases: readonly Case[] = [
  {
    name: 'POST with a good token, while its keys are 503',
    group: 'keys',
    sent: (issuer) => ({
      method: 'POST',
      target: '/mcp',
      headers: [['Authorization', `Bearer ${issuer.token()}`], ...ofMcp],
      body: initialize,
    }),
    expected: () => unavailable,
  },
  {
    name: 'HEAD with a good token, while its keys are 503',
    group: 'keys',
    sent: (issuer) => ({ method: 'HEAD', target: '/mcp', headers: [['Authorization', `Bearer ${issuer.token()}`]] }),
    expected: () => headOf(unavailable),
  },
  {
    name: 'GET without a token, while keys are 503',
    group: 'keys',
    sent: () => ({ target: '/mcp' }),
    expected: () => missing,
  },
  {
    name: 'GET with garbage, while keys are 503',
    group: 'keys',
    sent: () => ({ target: '/mcp', headers: [['Authorization', 'Bearer nonsense']] }),
    expected: () => invalid('The access token is malformed'),
  },
  {
    name: 'GET metadata, while keys are 503',
    group: 'keys',
    sent: () => ({ target: `${wellKnown}/mcp` }),
    expected: ({ url }) => metadata(url),
  },
]
