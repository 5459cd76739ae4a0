export { oauth as GET, oauth as HEAD, oauth as OPTIONS, oauth as POST } from '../../../../lib/authorization-server.ts'
