import type { Mutant } from './mutant.ts'

const administration = 'packages/portcullis/src/administration'
const test = `${administration}/operation.test.ts`

export const administrationMutants: readonly Mutant[] = [
  {
    name: 'a role without the right is refused',
    law: 'roles',
    file: `${administration}/operation.ts`,
    find: 'requireRight(administrator, act.right)',
    replace: '',
    test: { file: test, title: /role auditor may do what the table/ },
  },
  {
    name: 'people who may administrate are an owner’s affair',
    law: 'roles',
    file: `${administration}/rights.ts`,
    find: "return role === 'owner' || whose === 'member'",
    replace: "return role === 'owner' || whose !== 'owner'",
    test: { file: test, title: /whose role is auditor/ },
  },
  {
    name: 'an operator does not set the password of an owner',
    law: 'roles',
    file: `${administration}/users.ts`,
    find: 'requireMayActOn(context.administrator, roleOf(account.value))',
    replace: '',
    test: { file: test, title: /whose role is owner/ },
  },
  {
    name: 'an operator does not end what an owner has by enabling the account',
    law: 'roles',
    file: `${administration}/users.ts`,
    find: 'requireMayActOn(context.administrator, roleOf(value))',
    replace: '',
    test: { file: test, title: /enables an owner who is disabled/ },
  },
  {
    name: 'an operator does not disable an owner',
    law: 'roles',
    file: `${administration}/change-user.ts`,
    find: 'requireMayActOn(administrator, roleOf(account.value))',
    replace: '',
    test: { file: test, title: /whose role is owner/ },
  },
  {
    name: 'the last owner stays one',
    law: 'roles',
    file: `${administration}/change-user.ts`,
    find: 'if (other === undefined)',
    replace: 'if (false)',
    test: { file: test, title: /the last owner is neither/ },
  },
  {
    name: 'an owner who is disabled is no other owner',
    law: 'roles',
    file: `${administration}/change-user.ts`,
    find: "return roleOf(account) === 'owner' && account.disabledAt === undefined",
    replace: "return roleOf(account) === 'owner'",
    test: { file: test, title: /one who is disabled is no other/ },
  },
  {
    name: 'owners who are taken away at once leave one',
    law: 'roles',
    file: `${administration}/change-user.ts`,
    find: "return [{ kind: 'owner', id: 'first', version: record?.version ?? 'absent', value }]",
    replace: 'return value.accountId === undefined ? [] : []',
    test: { file: test, title: /at once leave one/ },
  },
  {
    name: 'what is refused to an administrator is in the audit log',
    law: 'audit log',
    file: `${administration}/operation.ts`,
    find: 'if (count > mostRefusals) return',
    replace: 'if (count > 0) return',
    test: { file: test, title: /refusals are in the audit log/ },
  },
  {
    name: 'refusals do not fill the audit log',
    law: 'bounds',
    file: `${administration}/operation.ts`,
    find: 'if (count > mostRefusals) return',
    replace: '',
    test: { file: test, title: /refusals are in the audit log/ },
  },
]
