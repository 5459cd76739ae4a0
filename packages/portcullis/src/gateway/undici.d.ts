/** The two modules of undici that the gateway needs: all of it is three times as much to load and to hold. Its version is pinned. */
declare module 'undici/lib/dispatcher/client.js' {
  import { Client } from 'undici'
  export = Client
}

declare module 'undici/lib/core/errors.js' {
  import { errors } from 'undici'
  export = errors
}
