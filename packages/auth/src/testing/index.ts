export type { TestAuthorizationServerOptions } from './config.ts'
export { answerFaults, type Fault, faultGroups, faults, isFault } from './faults.ts'
export { type Answer, personCookie } from './person.ts'
export type { TestClient, TestSession } from './session.ts'
export {
  createTestAuthorizationServer,
  type SignInOptions,
  type TestAuthorizationServer,
} from './test-authorization-server.ts'
