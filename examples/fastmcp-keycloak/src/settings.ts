/** What the environment says, with a default for each. */
export interface Settings {
  /** Where the orders server on the newest FastMCP is, and the one on 3.22. */
  port: number
  oldPort: number
  warehousePort: number
  keycloakPort: number
  /** The issuer of a realm that is there already. Default: a Keycloak of its own is started. */
  issuer: string | undefined
  /** Keycloak's database, and the secrets of all parts. */
  folder: string
  /** Of ada, ben and eve. Default: made at the first start, and told. */
  peoplePassword: string | undefined
}

/** Throws `TypeError` for a port that is none. */
export function readSettings(env: Readonly<Record<string, string | undefined>>): Settings {
  return {
    port: portIn(env, 'PORT', 8886),
    oldPort: portIn(env, 'OLD_PORT', 8887),
    warehousePort: portIn(env, 'WAREHOUSE_PORT', 8888),
    keycloakPort: portIn(env, 'KEYCLOAK_PORT', 8889),
    issuer: env.ISSUER,
    folder: env.DATA ?? 'data',
    peoplePassword: env.PEOPLE_PASSWORD,
  }
}

function portIn(env: Readonly<Record<string, string | undefined>>, name: string, otherwise: number): number {
  const port = Number(env[name] ?? otherwise)
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw new TypeError(`${name} must be a port`)
  return port
}
