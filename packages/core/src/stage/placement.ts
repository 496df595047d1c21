/**
 * Where the stage behind a handoff runs: in the same process, in another one of the host, in another container of the
 * host, on another host, or behind a queue; `configured`: in one of these, which is known only when it runs.
 */
export type Placement = 'service' | 'app' | 'container' | 'host' | 'queue' | 'configured'
