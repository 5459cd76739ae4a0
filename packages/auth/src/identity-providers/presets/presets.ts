import { auth0 } from './auth0.ts'
import { cognito } from './cognito.ts'
import { entra } from './entra.ts'
import { github } from './github.ts'
import { google } from './google.ts'
import { keycloak } from './keycloak.ts'
import { oidc } from './oidc.ts'
import { okta } from './okta.ts'
import type { Preset } from './preset.ts'

export const presets = { oidc, keycloak, entra, google, github, okta, auth0, cognito } satisfies Record<string, Preset>

/** The vendors that are known by name. */
export type PresetName = keyof typeof presets
