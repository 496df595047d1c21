import { endpoint } from '@redesmyn/core'
import { broken, exp, loose } from './app.js'

export { broken, exp, loose }
export default [endpoint('/exp', exp), endpoint('/loose', loose), endpoint('/broken', broken)]
