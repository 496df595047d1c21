import { PipelineError } from '@redesmyn/core'
import { OutputFile } from '../../output-file.ts'
import type { WriteOptions } from '../../sink-format.ts'
import type { ByteTarget } from './byte-target.ts'
import { GzipTarget } from './gzip-target.ts'
import { StdoutTarget } from './stdout-target.ts'
import { ZstdTarget } from './zstd-target.ts'

/** The path that stands for the standard output. */
export const stdoutPath = '-'

const endings = { none: '', gzip: '.gz', zstd: '.zst' } as const

/** Where the text of a file goes. Throws SINK_FAILED, and CONFIG_INVALID for a compression that texts do not have. */
export async function openTarget(path: string, options: WriteOptions): Promise<ByteTarget> {
  const compression = textCompressionOf(options)
  const target = path === stdoutPath ? new StdoutTarget() : await OutputFile.open(path)
  if (compression === 'gzip') return new GzipTarget(target)
  return compression === 'zstd' ? await ZstdTarget.open(target) : target
}

/** Behind the format's own ending. Throws CONFIG_INVALID for a compression that texts do not have. */
export function endingOf(options: WriteOptions): string {
  return endings[textCompressionOf(options)]
}

function textCompressionOf({ compression = 'none' }: WriteOptions): keyof typeof endings {
  if (compression !== 'snappy') return compression
  throw new PipelineError('CONFIG_INVALID', 'texts are compressed by "gzip" or "zstd", got "snappy"')
}
