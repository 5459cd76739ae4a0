import type { Finding, FindingArgs, FindingCode } from '../findings/finding.ts'
import type { Change } from './change.ts'
import type { DetectedStack } from './stack.ts'

export interface Situation {
  readonly stack: DetectedStack
  /** All that was found. */
  readonly codes: ReadonlySet<FindingCode>
  /** Where the metadata of the resource belongs. */
  readonly metadataUrl: string
  /** Whether an endpoint of a sign-in server was seen, or a document that names one. */
  readonly hasSignIn: boolean
}

/** What would mend a finding, the best first: where a proxy was seen that may do the harm, its change stands before the server's own. */
export function changesFor(finding: Finding, situation: Situation): readonly Change[] {
  const { args } = finding
  const { proxy, framework } = situation.stack
  // A framework that shows itself answered by itself: what a proxy only hands on is not the proxy's.
  const isProxyAlone = proxy !== undefined && framework === undefined
  switch (finding.code) {
    case 'everybody_let_in':
    case 'error_with_status_200':
    case 'wrong_challenge_status':
    case 'scope_asked_before_sign_in':
    case 'challenge_malformed':
    case 'challenge_behind_another':
    case 'challenge_without_pointer':
    case 'pointer_not_absolute':
    case 'pointer_to_other_origin':
    case 'checked_before_authentication':
    case 'head_not_challenged':
    case 'get_not_challenged':
    case 'bad_token_not_named':
      return [{ kind: 'challenge' }]
    case 'bad_token_let_in':
      return [{ kind: 'verify_token' }]
    case 'pointer_leads_nowhere': {
      const { pointer } = args as FindingArgs['pointer_leads_nowhere'] // the code says so
      return [{ kind: pointer === situation.metadataUrl ? 'resource_metadata' : 'challenge' }]
    }
    case 'challenge_missing':
      return isProxyAlone ? [{ kind: 'pass_challenge' }, { kind: 'challenge' }] : [{ kind: 'challenge' }]
    case 'challenge_not_bearer':
      // What stands at the MCP endpoint alone is the server's own; what stands before everything is a guard.
      if (isOfSite(finding) || situation.codes.has('resource_metadata_guarded'))
        return [{ kind: 'lift_password' }, { kind: 'replace_guard' }, { kind: 'challenge' }]
      return isProxyAlone ? [{ kind: 'pass_challenge' }, { kind: 'challenge' }] : [{ kind: 'challenge' }]
    case 'login_page_instead_of_challenge':
      return [{ kind: isProxyAlone ? 'pass_challenge' : 'open_well_known' }, { kind: 'challenge' }]
    case 'resource_metadata_missing':
    case 'resource_metadata_not_json':
      return isProxyAlone
        ? [{ kind: 'route_well_known' }, { kind: 'resource_metadata' }]
        : [{ kind: 'resource_metadata' }]
    case 'resource_missing':
    case 'resource_mismatch':
    case 'resource_metadata_at_root_only':
    case 'resource_documents_differ':
    case 'authorization_servers_missing':
    case 'authorization_server_not_url':
    case 'resource_metadata_follows_host_header':
      return [{ kind: 'resource_metadata' }]
    case 'resource_metadata_guarded':
      return isGuardAlone(situation)
        ? [{ kind: 'replace_guard' }, { kind: 'open_well_known' }]
        : [{ kind: 'open_well_known' }]
    case 'registration_guarded':
    case 'authorization_server_metadata_guarded':
      return [{ kind: 'open_well_known' }]
    case 'authorization_server_metadata_not_json':
      return isProxyAlone
        ? [{ kind: 'route_well_known' }, { kind: 'authorization_server_metadata' }]
        : [{ kind: 'authorization_server_metadata' }]
    case 'authorization_server_metadata_missing':
      return situation.hasSignIn ? [{ kind: 'authorization_server_metadata' }] : []
    case 'endpoint_not_found':
      return situation.codes.has('registration_elsewhere') ? [{ kind: 'authorization_server_metadata' }] : []
    case 'authorization_server_metadata_elsewhere':
    case 'registration_elsewhere':
    case 'issuer_mismatch':
    case 'metadata_field_missing':
    case 'metadata_field_malformed':
    case 'response_type_code_missing':
    case 'public_clients_not_listed':
    case 'client_documents_without_none':
      return [{ kind: 'authorization_server_metadata' }]
    case 's256_missing':
      return [{ kind: 'check_code_verifier' }]
    case 'user_agent_blocked':
      if (!isProxyAlone) return []
      return isOfDocuments(finding) ? [{ kind: 'route_well_known' }] : [{ kind: 'let_user_agents_in' }]
    case 'blocked_at_the_edge':
      return isProxyAlone ? [{ kind: 'let_user_agents_in' }] : []
    case 'redirected': {
      const { what } = args as FindingArgs['redirected'] // the code says so
      return what === 'mcp_url' && isProxyAlone ? [{ kind: 'no_redirect' }] : []
    }
    default:
      return []
  }
}

/** It lets clients through to the server itself. */
function isOfDocuments({ args }: Finding): boolean {
  return 'legs' in args && !args.legs.includes('mcp')
}

/** Its guard stands before the whole site. */
function isOfSite({ code, args }: Finding): boolean {
  return code === 'challenge_not_bearer' && 'isEverywhere' in args && args.isEverywhere
}

/** Whether nothing but the guard answers at the MCP endpoint: who takes it away there must challenge in its place. */
function isGuardAlone({ codes }: Situation): boolean {
  return codes.has('challenge_missing') || codes.has('challenge_not_bearer')
}
