import { PipelineError } from '@redesmyn/core'
import type { InstanceUrls } from './membership.ts'

/** Throws CONFIG_INVALID where addresses are neither texts, one or more, nor a function. */
export function assertUrls(owner: string, urls: InstanceUrls): void {
  if (typeof urls === 'function') return
  if (Array.isArray(urls) && urls.length > 0 && urls.every((url) => typeof url === 'string')) return
  const got = Array.isArray(urls) ? `a list of ${urls.length}` : typeof urls
  throw new PipelineError('CONFIG_INVALID', `${owner}: urls must be a list of URLs or a function, got ${got}`)
}
