import { app } from './app.ts'
import { configured } from './configured.ts'
import { container } from './container.ts'
import { host } from './host.ts'
import { service } from './service.ts'

/** The placements that a handoff can go over. */
export const between = Object.freeze({ service, app, container, host, configured })
