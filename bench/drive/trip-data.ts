import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TripFiles, writeTrips } from '@redesmyn/examples/taxi/write-trips'
import { sourcePath } from '../contender/place.ts'

const doneFile = '.done'

/** Trips in bench/data, drawn once for each set of numbers and then kept. Returns their folder. */
export function tripData(name: string, files: Omit<TripFiles, 'folder'>): string {
  const folder = sourcePath(`data/${name}-${files.rows}`)
  if (existsSync(join(folder, doneFile))) return folder
  console.error(`Drawing ${files.rows} trips into ${folder} …`)
  mkdirSync(folder, { recursive: true })
  writeTrips({ ...files, folder })
  writeFileSync(join(folder, doneFile), '')
  return folder
}
