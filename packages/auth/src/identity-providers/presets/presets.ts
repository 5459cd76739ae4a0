import { oidc } from './oidc.ts'
import type { Preset } from './preset.ts'

export const presets = { oidc } satisfies Record<string, Preset>

/** The vendors that are known by name. */
export type PresetName = keyof typeof presets
