import type { Mutant } from './mutant.ts'

const folder = 'packages/auth/src/stores/postgres'
const connectionsTest = 'packages/auth/test/postgres-connections.test.ts'
const migrationsTest = `${folder}/migrations.test.ts`
const programTest = 'packages/portcullis/test/postgres.test.ts'

/** Guards of the stores whose failure no other suite would show each time. */
export const storeMutants: readonly Mutant[] = [
  {
    name: 'who writes a record on Postgres holds its lock before reading it',
    law: 'law 5',
    file: `${folder}/schema-1.ts`,
    find: 'PERFORM pg_advisory_xact_lock(space, wanted.bucket) FROM',
    replace: 'PERFORM wanted.bucket FROM',
    test: { file: connectionsTest, title: /wait for the same row at the same time, one writes/ },
  },
  {
    name: 'a commit on Postgres is durable though the database is set not to wait for the disk',
    law: 'law 5',
    file: `${folder}/schema-1.ts`,
    find: "IF current_setting('synchronous_commit') = 'off' THEN",
    replace: 'IF false THEN',
    test: { file: connectionsTest, title: /waits for the disk though the database is set not to/ },
  },
  {
    name: 'a commit on Postgres judges by what was committed while it waited, or not at all',
    law: 'law 5',
    file: `${folder}/schema-1.ts`,
    find: "IF current_setting('transaction_isolation') <> 'read committed' THEN",
    replace: 'IF false THEN',
    test: { file: connectionsTest, title: /under another default isolation/ },
  },
  {
    name: 'a commit on Postgres that may have been written is not asked for again',
    law: 'law 5',
    file: `${folder}/retries.ts`,
    find: 'whenRefused: (text, values) => again(isTakenBack, text, values),',
    replace: 'whenRefused: (text, values) => again((cause) => isTakenBack(cause) || isLost(cause), text, values),',
    test: { file: connectionsTest, title: /is lost rejects, and is not asked again/ },
  },
  {
    name: 'a Postgres that does not answer holds nobody up for good',
    law: 'bounds',
    file: `${folder}/pool.ts`,
    find: 'return await Promise.race([promise, late])',
    replace: 'return await promise',
    test: { file: connectionsTest, title: /holds no call for longer than the timeout/ },
  },
  {
    name: 'a counter of any name fits into the index of Postgres',
    law: 'bounds',
    file: `${folder}/counters.ts`,
    find: 'if (keyText.length <= 500) return keyText',
    replace: 'if (keyText.length > 0) return keyText',
    test: { file: connectionsTest, title: /that Postgres cannot hold fails alone/ },
  },
  {
    name: 'one process at a time makes the schema of Postgres',
    law: 'law 5',
    file: `${folder}/migrations.ts`,
    find: "'SELECT pg_advisory_xact_lock($1, hashtext($2))'",
    replace: "'SELECT $1::integer, hashtext($2)'",
    test: { file: migrationsTest, title: /many processes may make one schema/ },
  },
  {
    name: 'a schema of a newer version is left alone',
    law: 'law 5',
    file: `${folder}/migrations.ts`,
    find: 'if (Number(version) > steps.length)',
    replace: 'if (Number(version) < 0)',
    test: { file: migrationsTest, title: /a schema of a newer version is refused/ },
  },
  {
    name: 'the password of the database stands in no file and on no command line',
    law: 'law 11',
    file: 'packages/portcullis/src/config/load.ts',
    find: 'withoutPassword(database) !== database && databaseSource !== inEnvironment',
    replace: 'database === ""',
    test: { file: programTest, title: /law 11: the password of a Postgres database/ },
  },
  {
    name: 'the password of the database is in no configuration that is shown',
    law: 'law 11',
    file: 'packages/portcullis/src/config/resolve.ts',
    find: '? withoutPassword(settings.database)',
    replace: '? settings.database',
    test: {
      file: 'packages/portcullis/src/config/load.test.ts',
      title: /no form of a Postgres URL carries its password into the configuration/,
    },
  },
  {
    name: 'a server on Postgres makes no key file that other processes would not have',
    law: 'law 11',
    file: 'packages/portcullis/src/operations/secrets.ts',
    find: 'if (isPostgresUrl(database))',
    replace: 'if (database === "")',
    test: { file: programTest, title: /wants its secret from the operator/ },
  },
]
