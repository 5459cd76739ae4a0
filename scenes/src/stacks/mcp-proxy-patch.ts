import { registerHooks } from 'node:module'

/** mcp-proxy 5.10 as patch-package would leave it: a 401 carries the `wwwAuthenticate` of what `authenticate` returned. */
registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context)
    if (!/mcp-proxy\/dist\/stdio-[^/]*\.js$/.test(url)) return loaded
    const source = String(loaded.source).replaceAll(
      /const wwwAuthHeader = getWWWAuthenticateHeader\(oauth\);/g,
      `const wwwAuthHeader = typeof authResult !== 'undefined' && authResult?.wwwAuthenticate || getWWWAuthenticateHeader(oauth);`,
    )
    return { ...loaded, source }
  },
})
