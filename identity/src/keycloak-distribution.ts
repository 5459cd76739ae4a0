/** The one that an example fetches, which has to do so by itself: one version for all. */
export { prepareKeycloak, whyNoKeycloak } from '../../examples/fastmcp-keycloak/keycloak/distribution.ts'
