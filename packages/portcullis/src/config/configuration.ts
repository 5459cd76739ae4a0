import type { SettledSettings } from './listening.ts'
import type { UpstreamSetting } from './upstream-schema.ts'

/** What the program runs with: every setting with its default, and what follows from them. Frozen. */
export type Configuration = DeepReadonly<
  Omit<SettledSettings, 'publicUrl' | 'defaultScopes' | 'advertisedScopes'> & {
    /** The resource: byte for byte what people give their client. */
    publicUrl: string
    /** Whether it was set, as opposed to following from the port. */
    isPublicUrlSet: boolean
    /** The issuer of its tokens: the origin of the public URL. Pages live there too. */
    issuer: string
    /** Whether the public URL names this machine only. */
    isLoopback: boolean
    /** An absolute path, or a Postgres URL without its password. */
    database: string
    /** The origin of the console: the issuer, or that of its own address. */
    consoleOrigin: string
    defaultScopes: readonly string[]
    advertisedScopes: readonly string[]
    /** The file that settings were read from. */
    file: string | undefined
    /** Where each setting that is not at its default was set, by its name: `portcullis.yaml:3`, `--port`, `PORTCULLIS_LISTEN_PORT`. */
    setAt: Readonly<Record<string, string>>
  }
>

type DeepReadonly<T> = T extends object ? { readonly [Key in keyof T]: DeepReadonly<T[Key]> } : T

/** A configuration that `portcullis serve` can run with. */
export type ServeConfiguration = Configuration & { readonly upstream: DeepReadonly<UpstreamSetting> }
