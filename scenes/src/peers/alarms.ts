import type { JudgedAnswer } from './judge.ts'
import type { Said } from './tool.ts'

/**
 * The rule for false alarms, one for all tools and ours: a false alarm is what a tool itself calls an error, of a server that is well. Not counted
 * is what its author could not be blamed for:
 *
 * - what it says of most of the sound servers: that is how its author would have servers be, and not a finding about one of them;
 * - what is true of that server: of the stand-in for a sign-in server, of the loopback address, of a demonstration that is no product.
 */
export function alarmsIn(said: readonly Said[], place: Place): readonly Said[] {
  return said.filter((each) => each.severity === 'error' && reasonNotCounted(each, place) === undefined)
}

export interface Place {
  scene: string
  /** Codes that the tool reports of most of the sound servers. */
  opinions: ReadonlySet<string>
}

export function reasonNotCounted({ code, text }: Said, { scene, opinions }: Place): string | undefined {
  if (opinions.has(code)) return 'said of most of the sound servers'
  return trueThere.find((each) => each.code.test(code) && each.scene.test(scene) && (each.text?.test(text) ?? true))
    ?.because
}

/** The codes that a tool reports of at least half of the sound servers, at whatever severity. */
export function opinionsOf(tool: string, answers: readonly JudgedAnswer[]): ReadonlySet<string> {
  const sound = answers.filter(({ isSound }) => isSound)
  const codes = sound.flatMap(({ byTool }) => {
    const { said = [] } = byTool.find((told) => told.tool === tool) ?? {}
    return [...new Set(said.map(({ code }) => code))]
  })
  const times = Map.groupBy(codes, (code) => code)
  return new Set([...times].filter(([, each]) => each.length * 2 >= sound.length).map(([code]) => code))
}

const trueThere: readonly { code: RegExp; scene: RegExp; text?: RegExp; because: string }[] = [
  {
    code: /^(?:claude\.endpoint\.https|TLS-01|target\.url\.policy)$/,
    scene: /./,
    because: 'true: these servers are on loopback, without https',
  },
  {
    code: /^(?:JWKS_INVALID|DCR_|MCP-PKCE-002|MCP-DCR-|token_request$|received_authorization_code$|authorization_request$|request_client_registration$|oauth\.)/,
    scene: /^(?:(?!healthy-).*|healthy-(?:portcullis-library|sdk-2|fastmcp-4|mcp-handler))$/,
    because: 'true of the stand-in for a sign-in server, which says yes to everything, or no, and issues no token',
  },
  {
    code: /^(?:received_authorization_code|authorization_request)$/,
    scene: /./,
    because: 'a person would have had to sign in',
  },
  {
    code: /^(?:claude\.auth\.|request_|CHAL-|PRM-|PRM_|OAUTH_|AUTH_|DISCOVERY_|MCP-PRM-|MCP-AS-|mcp\.auth\.|rfc9728|rfc8414|probe_error)/,
    scene: /^healthy-sdk-1-resumable$/,
    because: 'true: it is open to everybody, and has nothing of OAuth',
  },
  {
    code: /^(?:oauth_invalid_token|oauth_dcr_http_redirect_uri)$/,
    scene: /^healthy-sdk-1$/,
    because:
      'true of the demonstration of the official SDK: a bad token is answered with 500, any redirect URI is taken',
  },
  {
    code: /^(?:request_client_registration|error|auth_required)$/,
    scene: /./,
    text: /redirect URI|invalid_redirect_uri|registration/i,
    because: 'true: the registration of this tool, as a client, is refused there',
  },
  {
    code: /^TOK-0[12]$/,
    scene: /^(?:express-sound|healthy-sdk-1)$/,
    text: /\b500\b/,
    because: 'true: a bad token is answered with 500',
  },
  {
    code: /^PRM_HTTP_STATUS_NOT_200$/,
    scene: /^(?:fastmcp-sound|seed-003-a-thrown-response-with-sessions)$/,
    because:
      'true: RFC 9728 §3.1 wants the document at the place with the path too; the challenge points to the one at the root',
  },
]
