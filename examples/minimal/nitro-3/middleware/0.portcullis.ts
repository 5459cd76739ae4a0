import { createResourceServer } from '@portcullis/auth'
import { protect } from '@portcullis/auth/h3'
import { rules, settings } from '../../settings.ts'

export default protect(createResourceServer(settings), rules)
