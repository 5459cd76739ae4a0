/** What one MCP client wants of an authorization server, as far as it is known: `clientNeedsOf` makes it of the data of `@portcullis/clients`. */
export interface ClientNeeds {
  name: string
  /** Ways to a client identifier. `static`: a person types one in. Absent: not known. */
  registersBy?: readonly RegistrationWay[]
  /** Whether S256 must be in the metadata; `if_present`: where they say anything about it. Absent: not known. */
  needsS256?: 'always' | 'if_present' | 'never'
  /** Where it looks for the metadata. Absent: not known. */
  looksAt?: readonly string[]
  /** Whether it sends `resource` (RFC 8707). Absent: not known. */
  sendsResource?: boolean
}

export type RegistrationWay = 'client_metadata_document' | 'dynamic' | 'static'

/** What is read of a client profile; those of `@portcullis/clients` are such. */
export interface NeedsProfile {
  name: string
  registration?: { order?: { value: readonly RegistrationWay[] } }
  authorizationServer?: {
    order?: { value: readonly string[] }
    needsS256?: { value: 'always' | 'if_present' | 'never' }
  }
  authorization?: { resource?: { value: string } }
}

/** The option `knownClients` of `checkIssuer`, of the `profiles` of `@portcullis/clients`. */
export function clientNeedsOf(profiles: readonly NeedsProfile[]): ClientNeeds[] {
  return profiles.map(({ name, registration, authorizationServer, authorization }) => {
    const registersBy = registration?.order?.value
    const needsS256 = authorizationServer?.needsS256?.value
    const looksAt = authorizationServer?.order?.value
    const resource = authorization?.resource?.value
    return {
      name,
      ...(registersBy && { registersBy }),
      ...(needsS256 && { needsS256 }),
      ...(looksAt && { looksAt }),
      ...(resource !== undefined && { sendsResource: resource !== 'none' }),
    }
  })
}
