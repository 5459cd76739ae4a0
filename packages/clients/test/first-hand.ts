/** Where the makers of a client, or of the library that it is built on, speak for themselves. */
const makers: Readonly<Record<string, RegExp>> = {
  antigravity: /^https:\/\/antigravity\.google\//,
  chatgpt: /^https:\/\/(developers\.openai|chatgpt)\.com\//,
  claude: /^https:\/\/(claude\.(com|ai)|github\.com\/anthropics)\//,
  'claude-code': /^https:\/\/(claude\.(com|ai)|github\.com\/anthropics)\//,
  cline: /^https:\/\/github\.com\/cline\//,
  codex: /^https:\/\/github\.com\/openai\//,
  cursor: /^https:\/\/cursor\.com\//,
  'gemini-cli': /^https:\/\/github\.com\/google-gemini\//,
  goose: /^https:\/\/(github\.com\/block|goose-docs\.ai)\//,
  grok: /^https:\/\/grok\.com\//,
  librechat: /^https:\/\/(github\.com\/danny-avila|www\.librechat\.ai)\//,
  'm365-copilot': /^https:\/\/learn\.microsoft\.com\//,
  mistral: /^https:\/\/docs\.mistral\.ai\//,
  n8n: /^https:\/\/github\.com\/n8n-io\//,
  notion: /^https:\/\/www\.notion\.com\//,
  opencode: /^https:\/\/github\.com\/anomalyco\//,
  perplexity: /^https:\/\/www\.perplexity\.ai\//,
  slack: /^https:\/\/(docs\.slack\.dev|slack\.com)\//,
  vscode: /^https:\/\/github\.com\/microsoft\//,
  zed: /^https:\/\/(zed\.dev|github\.com\/zed-industries)\//,
}

/** Whether a source is more than what another project says of the client: a recording, source code, or its makers' own words. */
export function isFirstHand(id: string, reference: string): boolean {
  if (/^(recording|source):|^https:\/\/github\.com\/modelcontextprotocol\//.test(reference)) return true
  return makers[id]?.test(reference) === true
}
