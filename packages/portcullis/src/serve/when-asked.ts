import type { FetchHandler } from '@portcullis/auth/node'

/** A handler whose modules are loaded when the first request for it comes, or by `load`. */
export interface LoadedWhenAsked extends FetchHandler {
  /** Loads now what is not there yet. */
  load(): Promise<unknown>
}

/** `load` is called once. */
export function whenAsked(load: () => Promise<FetchHandler>): LoadedWhenAsked {
  let loading: Promise<FetchHandler> | undefined
  function loaded(): Promise<FetchHandler> {
    loading ??= load()
    return loading
  }
  return {
    load: loaded,
    async fetch(request, info) {
      return (await loaded()).fetch(request, info)
    },
  }
}
