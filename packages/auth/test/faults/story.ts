import type { AuthorizationServerOptions } from '@portcullis/auth/authorization-server'
import type { Play } from './play.ts'

/** What honest clients and people do, told with the functions of `world.ts`. */
export interface Story {
  name: string
  /** Options of the server; the clock is the play's, in this process or in the one that is killed. */
  options?: (now: () => number) => Partial<AuthorizationServerOptions>
  /**
   * Plays it. The store goes wrong in what follows `play.arm()`. What the play sends, it sends again once where our side failed, as a client would,
   * and demands that it then ends as it ends without a fault; a code that was redeemed meanwhile is the one exception, and then the story is over.
   */
  run(play: Play): Promise<void>
}
