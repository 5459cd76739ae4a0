import type { Evidence } from '../../evidence/evidence.ts'
import { edgeProductOf } from '../../findings/edge-products.ts'
import type { Finding } from '../../findings/finding.ts'
import type { FixContext } from '../change.ts'
import type { Fix } from '../fix.ts'
import type { DetectedStack } from '../stack.ts'
import { openPaths } from '../stacks/open-paths.ts'
import { edgeSteps } from './edge-switches.ts'
import { passwordOnCaddy, whatToDoWithout } from './no-mcp.ts'
import type { Steps } from './steps.ts'

interface SwitchedIn {
  readonly stack: DetectedStack
  readonly evidence: Evidence
  readonly context: FixContext
}

/** What is mended by a switch somewhere else than in the server's code, and by that alone. */
export function switchesFor(
  finding: Finding,
  { stack: { proxy }, evidence, context }: SwitchedIn,
): (Steps & Partial<Pick<Fix, 'check'>>) | undefined {
  switch (finding.code) {
    case 'redirected':
      return proxy === undefined ? whatToDoWithout(finding) : undefined
    case 'challenge_not_bearer':
      return proxy?.name === 'caddy' ? passwordOnCaddy(finding, openPaths(context)) : whatToDoWithout(finding)
    case 'mcp_url_not_found':
    case 'old_transport':
    case 'server_fails':
    case 'website':
    case 'no_mcp_reply':
      return whatToDoWithout(finding)
    case 'user_agent_blocked':
      return proxy?.name === 'cloudflare' ? cloudflareBots : undefined
    case 'challenge_renamed':
      return awsRemapped
    case 'certificate_untrusted':
      return certificate
    case 'encoding_wrong':
      return encoding
    case 'unusual_port':
      return port
    case 'unreachable':
      return whatToDoWithout(finding) ?? unreachable
    case 'authorization_server_unreachable':
      return authorizationServer
    default:
      return atTheEdge(finding, evidence)
  }
}

/** Where a product's own page is what was seen, no line of the server's code helps. */
function atTheEdge({ evidence: ids }: Finding, { exchanges }: Evidence): Steps | undefined {
  const [first] = ids
  const answer = exchanges.find(({ id }) => id === first)
  const product = answer && edgeProductOf(answer)
  return product === undefined || answer === undefined ? undefined : edgeSteps(product, answer.request.url)
}

const cloudflareBots = {
  title: 'let the clients of AI vendors through Cloudflare',
  why: 'Cloudflare’s rules against AI bots drop requests before they reach the server, and so before its log.',
  steps: [
    'Security → Bots: turn "Block AI bots" off for this host.',
    'AI Crawl Control → Crawlers: allow Claude-User and ChatGPT-User.',
    'Security → WAF → Custom rules: add a rule that skips bot rules where the path begins with /mcp or /.well-known/oauth-.',
  ],
}

const awsRemapped = {
  title: 'give the header its name back in API Gateway',
  why: 'API Gateway renames WWW-Authenticate to x-amzn-remapped-www-authenticate, and no client looks there.',
  steps: [
    'HTTP API or function URL: add a response parameter mapping for status 401: overwrite:header.WWW-Authenticate = $response.header.x-amzn-remapped-www-authenticate.',
    'Or put an Application Load Balancer or CloudFront with a Lambda function URL in front instead: neither renames it.',
  ],
}

const certificate = {
  title: 'serve a certificate that everybody trusts, with its whole chain',
  why: 'clients in data centres have the public roots alone, and refuse every other certificate before they ask anything.',
  steps: [
    'Get a certificate for this very name from a public authority (Caddy does it by itself; certbot elsewhere).',
    'Serve the intermediate certificates too: fullchain.pem, not cert.pem.',
  ],
}

const encoding = {
  title: 'send bodies packed as Content-Encoding says',
  why: 'clients ask for gzip and br, and cannot read a body that is packed otherwise than it is said to be.',
  steps: [
    'Does a proxy set or keep Content-Encoding on a body that it has unpacked itself? Let it do neither, or both.',
    'Is a body packed twice, by the server and by the proxy? Turn compression off in one of them.',
  ],
}

const port = {
  title: 'serve the URL at port 443',
  why: 'clients that run in data centres connect to the port of https alone.',
  steps: ['Let a proxy listen at port 443 and hand on to the port of today.', 'Give people the URL without a port.'],
}

const unreachable = {
  title: 'make the server answer at this URL',
  why: 'nothing answered, so no client can do better.',
  steps: [
    'Is the server running, and does it listen on this port?',
    'Does the name lead to it (DNS), and does a firewall stand between?',
  ],
}

const authorizationServer = {
  title: 'make the sign-in server answer at the URL that the metadata names',
  why: 'clients go there next, and nothing answers.',
  steps: [
    'Is the URL in "authorization_servers" the one that people outside can reach, not one of an inner network?',
    'Is that server running?',
  ],
}
