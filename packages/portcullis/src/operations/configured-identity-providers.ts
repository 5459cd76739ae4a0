import type { AdmissionRules, IdentityProviderOptions } from '@portcullis/auth/identity-providers'
import type { RoleRules } from '../accounts/identity-roles.ts'
import type { TrustedIdentityProvider } from '../accounts/trusted-identity-provider.ts'
import type { Configuration } from '../config/configuration.ts'
import { administratorRoles } from '../store/role.ts'
import { configuredSecret, type Environment } from './configured-secrets.ts'
import { OperatorError } from './operator-error.ts'

type Settings = Configuration['identityProviders'][string]

/** An identity provider of the configuration, with its client secret. */
export interface LoadedIdentityProvider {
  /** How it is reached. */
  options: IdentityProviderOptions
  /** What is made of its word. Without a name of its own it is called as the library calls its preset. */
  trusted: Omit<TrustedIdentityProvider, 'name'>
}

/** Throws `OperatorError` where a client secret cannot be had. */
export function loadIdentityProviders(
  { identityProviders }: Pick<Configuration, 'identityProviders'>,
  environment: Environment,
): LoadedIdentityProvider[] {
  return Object.entries(identityProviders).map(([id, settings]) => {
    // Made by the identity provider, not by us: some are short, and all that is checked is that it is one text without a space.
    const secret = configuredSecret(`the identity provider "${id}"`, settings, environment, { least: 1 })
    return {
      options: {
        id,
        preset: settings.preset,
        clientId: settings.clientId,
        ...(secret !== undefined && { clientSecret: secret }),
        ...given('name', settings),
        ...given('issuer', settings),
        ...given('tenant', settings),
        ...given('groupsClaim', settings),
        ...given('clientAuthentication', settings),
        ...given('offlineAccess', settings),
        ...list('scopes', settings),
        ...list('tenants', settings),
        ...list('hostedDomains', settings),
        ...list('organisations', settings),
      },
      trusted: {
        id,
        admission: admissionOf(settings),
        newAccounts: settings.newAccounts,
        linksByEmail: settings.dangerouslyLinkByEmail,
        recheck: settings.recheck,
        recheckGrace: settings.recheckGrace,
        trustFor: settings.trustFor,
        groupsTold: settings.groupsTold,
        roles: roleRulesOf(settings),
        contact: settings.contact,
      },
    }
  })
}

/** The client secrets that are named and not at hand, without which the server does not start, each in words. */
export function missingClientSecrets(
  { identityProviders }: Pick<Configuration, 'identityProviders'>,
  environment: Environment,
): string[] {
  return Object.entries(identityProviders).flatMap(([id, settings]) => {
    try {
      loadIdentityProviders({ identityProviders: { [id]: settings } }, environment)
      return []
    } catch (cause) {
      if (cause instanceof OperatorError) return [cause.message]
      throw cause
    }
  })
}

/** Without rules whoever has an account there may come in: it is the operator's own, or people need an invitation. */
function admissionOf({ allow }: Settings): AdmissionRules {
  if (allow === undefined || allow.anybody) return { anybody: true }
  const { anybody: _, ...rules } = allow
  return rules
}

/** Who has which role here because an identity provider says so. */
export function roleRulesOf({ roles }: Pick<Settings, 'roles'>): RoleRules {
  return Object.fromEntries(
    administratorRoles.flatMap((role) => {
      const rules = roles[role]
      return rules === undefined ? [] : [[role, rules]]
    }),
  )
}

function given<Name extends keyof Settings>(
  name: Name,
  settings: Settings,
): { [Key in Name]?: NonNullable<Settings[Name]> } {
  const value = settings[name]
  return (value === undefined ? {} : { [name]: value }) as { [Key in Name]?: NonNullable<Settings[Name]> } // the one name, or none
}

function list<Name extends 'scopes' | 'tenants' | 'hostedDomains' | 'organisations'>(
  name: Name,
  settings: Settings,
): { [Key in Name]?: readonly string[] } {
  return settings[name].length === 0 ? {} : given(name, settings)
}
