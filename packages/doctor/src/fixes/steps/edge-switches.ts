import { shortUrl } from '../../findings/texts/values.ts'
import type { Steps } from './steps.ts'

/** Where each product that answers in the place of a server (`findings/edge-products.ts`) is told to let requests through. */
export function edgeSteps(product: string, url: string): Steps {
  return {
    title: `let MCP clients pass ${product}`,
    why: 'it answers in the place of the server, and wants what only a browser or a person can give: no MCP client gets past it.',
    steps: [
      ...(switches[product] ?? [
        `In the settings of ${product}: add an exception for these paths, for all user agents.`,
      ]),
      `Paths that must be free: ${shortUrl(url, 80)}, all of /.well-known/, the MCP path and the endpoints of the sign-in.`,
    ],
  }
}

const switches: { readonly [product: string]: readonly string[] } = {
  Cloudflare: [
    'Cloudflare dashboard → Security → Bots: turn "Block AI bots" and "Bot Fight Mode" off for this host.',
    'Security → WAF → Custom rules: add a rule with the action Skip for these paths.',
  ],
  'Cloudflare (challenge page)': [
    'Cloudflare dashboard → Security → Settings: turn "Under Attack mode" and "Bot Fight Mode" off, or lower the security level.',
    'Or Security → WAF → Custom rules: add a rule with the action Skip (all remaining custom rules, Super Bot Fight Mode, security level) for these paths.',
  ],
  'Cloudflare Access': [
    'Cloudflare Zero Trust → Access → Applications: add an application for these paths with a policy whose action is Bypass and that includes Everyone.',
  ],
  'Vercel (deployment protection)': [
    'Vercel → your project → Settings → Deployment Protection: turn "Vercel Authentication" off, or limit it to preview deployments; or give people the production domain.',
  ],
  'Vercel (firewall)': [
    'Vercel → your project → Firewall: turn "Attack Challenge Mode" and "Bot Protection" off, or add a bypass rule for these paths.',
  ],
  ngrok: [
    'ngrok shows its own page: is the tunnel running, and does the name lead to it? With a free account, browsers get a warning page; use a paid domain for clients that come as browsers.',
  ],
  'AWS WAF': [
    'AWS WAF → your web ACL: add a rule with the action Allow for these paths before the managed Bot Control rules.',
  ],
  'Amazon CloudFront': [
    'CloudFront → your distribution → Behaviors: for these paths allow GET, HEAD, OPTIONS, PUT, POST, PATCH and DELETE, forward all headers (origin request policy AllViewer), and cache nothing.',
  ],
  'Azure Front Door': [
    'Azure Front Door → your profile → WAF policy: add a custom rule with the action Allow for these paths before the bot rules; and is there a route for them?',
  ],
  'Google Identity-Aware Proxy': [
    'Google Cloud → Security → Identity-Aware Proxy: turn it off for the backend service of the MCP server; it wants a Google sign-in of its own.',
  ],
}
