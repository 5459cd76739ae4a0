import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { repository } from '../../interop/src/folders.ts'
import { markedBlocks } from '../../scripts/readme-blocks.ts'
import type { RunningKeycloak } from './shared-keycloak.ts'

/** What docs/keycloak.md says to do. */
export interface KeycloakPage {
  /** What is added to `portcullis.yaml`. */
  configuration: string
  /** Of the person whom the page makes, alice. */
  password: string
  /** Runs its commands in a folder, as an administrator of this Keycloak. */
  run(keycloak: Pick<RunningKeycloak, 'home' | 'administrator'>, folder: string): void
}

/** The page, with the addresses of a Keycloak and a Portcullis in place of those that it names. */
export function readKeycloakPage(origins: { keycloak: string; portcullis: string }): KeycloakPage {
  const text = readFileSync(join(repository, 'docs', 'keycloak.md'), 'utf8')
    .replaceAll('http://localhost:8080', origins.keycloak)
    .replaceAll('http://localhost:7080', origins.portcullis)
  const blocks = markedBlocks(text, 'identity:')
  const of = (instruction: string) =>
    blocks.flatMap((each) => (each.instruction === instruction ? [each.text] : [])).join('\n')
  return {
    configuration: of('configuration'),
    password: /--new-password '([^']+)'/.exec(text)?.[1] ?? '',
    run({ home, administrator }, folder) {
      execFileSync('sh', ['-eu', '-c', of('run')], {
        cwd: folder,
        stdio: ['ignore', 'pipe', 'inherit'],
        env: {
          ...process.env,
          HOME: folder, // where kcadm.sh keeps its session
          PATH: `${join(home, 'bin')}:${process.env.PATH}`,
          KC_BOOTSTRAP_ADMIN_USERNAME: administrator.userName,
          KC_BOOTSTRAP_ADMIN_PASSWORD: administrator.password,
        },
      })
    },
  }
}
