import type { ServerConfig } from '@redesmyn/worker'

/** How much of calls from elsewhere a stage service takes on at once, and how much it remembers: see the option table. */
export type ServiceLimits = Pick<
  ServerConfig,
  'maxInFlightBytes' | 'maxCalls' | 'maxInFlightRows' | 'replayBytes' | 'replayMs'
>
