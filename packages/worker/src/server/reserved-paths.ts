import { PipelineError } from '@redesmyn/core'

/** Paths that the server keeps for itself, now or later. `/` is not among them: an endpoint may take it. */
const reservedPaths = ['/livez', '/readyz', '/metrics', '/openapi.json', '/docs', '/.well-known/cascade'] as const
const reservedFolders = ['/docs/', '/openapi/', '/cascade/v1/', '/admin/'] as const

/** Throws CONFIG_INVALID when an endpoint claims one of them. */
export function assertNotReserved(path: string): void {
  const isReserved =
    reservedPaths.some((own) => own === path) || reservedFolders.some((folder) => path.startsWith(folder))
  if (!isReserved) return
  throw new PipelineError(
    'CONFIG_INVALID',
    `the path "${path}" is reserved for the server, give the endpoint another one`,
    {
      details: { path },
    },
  )
}
