import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { PipelineError } from '@redesmyn/core'
import { assert, asyncProperty, integer, nat } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { exitCodeOf } from '../../../../packages/cascade/dist/cli/exit-codes.js'
import { checkOutput } from '../../../../packages/cascade/dist/run/commit/check-output.js'
import { type DurableFiles, nodeFiles } from '../../../../packages/cascade/dist/run/commit/durable-files.js'
import type { RunPlan } from '../../../../packages/cascade/dist/run/plan/run-plan.js'
import { dataFiles, expectedHash, hashOf, makeAll, makePart, newFolder, open, planOf } from './written-output.ts'

async function refusal(made: Promise<unknown>): Promise<PipelineError> {
  return await made.then(
    () => {
      throw new Error('nothing was thrown')
    },
    (error: PipelineError) => error,
  )
}

/** A file system on which one kind of change fails. */
function failing(name: keyof DurableFiles, code: string): DurableFiles {
  const fail = () => Promise.reject(Object.assign(new Error(code), { code }))
  return { ...nodeFiles(), [name]: fail }
}

describe('a folder', () => {
  test.each(['EPERM', 'ENOTSUP'])('whose mount answers %s to a link is refused with exit code 2', async (code) => {
    const folder = await newFolder()

    const error = await refusal(checkOutput(folder, failing('link', code)))

    expect(exitCodeOf(error.code)).toBe(2)
    expect(error.message).toContain(`output folder "${folder}" is on a file system without hard links`)
    expect(readdirSync(join(folder, '_cascade'))).toEqual([])
  })

  test('that this user may not write is told with what to do', async () => {
    const folder = await newFolder()

    const error = await refusal(checkOutput(folder, failing('write', 'EACCES')))

    expect(error.code).toBe('SINK_FAILED')
    expect(error.message).toContain('this user may not write there: change that and run the same command again')
  })

  test('that has commits is not touched by the look', async () => {
    const plan = planOf(await newFolder(), 1)
    await makeAll(plan)

    await checkOutput(plan.output.folder, failing('makeFolder', 'EACCES'))
  })
})

test.each([
  ['rename', 'ENOSPC'],
  ['write', 'ENOSPC'],
  ['link', 'EDQUOT'],
] as const)('a %s that fails leaves nothing to be seen, and the part open', async (change, code) => {
  const plan = planOf(await newFolder(), 2)
  const files = { ...nodeFiles() }
  const output = await open(plan, { files })
  await makePart(output, plan.parts[0])

  Object.assign(files, failing(change, code))
  const error = await refusal(makePart(output, plan.parts[1]))
  Object.assign(files, nodeFiles())
  await output.close()

  expect(exitCodeOf(error.code)).toBe(1)
  expect(error.message).toContain('free some space and run the same command again')
  expect(error.details.file).toContain(plan.output.folder)
  expect(dataFiles(plan.output.folder)).toHaveLength(1)
  await makeAll(plan, { runId: 'next' })
  expect(hashOf(plan.output.folder)).toBe(expectedHash(2))
})

test('a disk that is really full is told, and once it is larger the run goes on', async ({ skip }) => {
  const disk = await mkdtemp(join(tmpdir(), 'disk-'))
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', disk])
  if (mounted.status !== 0) skip('a file system can only be mounted by root')
  try {
    const plan = planOf(join(disk, 'out'), 40)

    const error = await refusal(makeAll(plan))
    const seen = dataFiles(plan.output.folder).filter((name) => !name.startsWith('_'))
    expect(seen.every((name) => readFileSync(join(plan.output.folder, name), 'utf8').endsWith('}\n'))).toBe(true)
    spawnSync('mount', ['-o', 'remount,size=4m', disk])
    await makeAll(plan, { runId: 'next' })

    expect(String(error)).toContain('ENOSPC')
    expect(hashOf(plan.output.folder)).toBe(expectedHash(40))
  } finally {
    spawnSync('umount', [disk])
    await rm(disk, { recursive: true })
  }
})

describe('rows', () => {
  const counts = nat({ max: 50 })

  test('are committed exactly where in = out + filtered + rejected', async () => {
    const plan = planOf(await newFolder(), 1)
    const output = await open(plan)
    const [part] = plan.parts
    await assert(
      asyncProperty(counts, counts, counts, integer({ min: 1, max: 50 }), async (out, filtered, rejected, more) => {
        const attempt = output.beginPart(part)
        const rows = { in: out + filtered + rejected + more, out, filtered, rejected, written: out }

        const error = await refusal(output.commit(attempt, { data: undefined, rejects: undefined, rows }))

        expect(error.code).toBe('INTERNAL')
        expect(dataFiles(plan.output.folder)).toEqual([])
      }),
      { numRuns: 30 },
    )
    await output.close()
  })

  test('that explode or are filtered add up by the rows they came from', async () => {
    const plan = planOf(await newFolder(), 1)
    const output = await open(plan)
    const attempt = output.beginPart(plan.parts[0])
    await writeFile(attempt.dataPath, 'x\n'.repeat(35))
    const rows = { in: 10, out: 7, filtered: 3, rejected: 0, written: 35 }

    const outcome = await output.commit(attempt, { data: { rowCount: 35, byteLength: 70 }, rejects: undefined, rows })

    expect(outcome).toBe('committed')
    await output.close()
  })
})

test('a part without rows leaves no file, but the first one does', async () => {
  const plan = planOf(await newFolder(), 2)
  const output = await open(plan)
  for (const part of plan.parts) {
    const attempt = output.beginPart(part)
    await writeFile(attempt.dataPath, '')
    const rows = { in: 0, out: 0, filtered: 0, rejected: 0, written: 0 }
    await output.commit(attempt, { data: { rowCount: 0, byteLength: 0 }, rejects: undefined, rows })
  }
  await output.finish()
  await output.close()

  expect(dataFiles(plan.output.folder).map((name) => name.slice(0, 10))).toEqual(['part-00000'])
})

describe('partitions', () => {
  function partitioned(plan: RunPlan, value: string): RunPlan {
    return { ...plan, parts: plan.parts.map((part) => ({ ...part, partition: { region: value } })) }
  }

  test('C121 lie in folders that cannot lead out of the output, whatever they are called', async () => {
    const plan = partitioned(planOf(await newFolder(), 2), '../../..')

    await makeAll(plan)

    expect(readdirSync(join(plan.output.folder, 'region=..%2F..%2F..'))).toHaveLength(2)
  })

  test('in a folder that is a link to somewhere else are refused', async () => {
    const plan = partitioned(planOf(await newFolder(), 1), 'eu')
    const elsewhere = await mkdtemp(join(tmpdir(), 'elsewhere-'))
    await mkdir(plan.output.folder)
    await symlink(elsewhere, join(plan.output.folder, 'region=eu'))

    const error = await refusal(makeAll(plan))

    expect(error.message).toContain(`leads out of the output, to "${elsewhere}"`)
    expect(await readdir(elsewhere)).toEqual([])
  })

  test('a record that names a file outside of the output is not believed', async () => {
    const plan = planOf(await newFolder(), 2)
    const output = await open(plan)
    await makePart(output, plan.parts[0])
    await output.close()
    const path = join(plan.output.folder, '_cascade/commits/00000.json')
    const record = JSON.parse(readFileSync(path, 'utf8'))
    await writeFile(path, JSON.stringify({ ...record, files: [{ ...record.files[0], name: '../../precious' }] }))

    const error = await refusal(open(plan, { restart: true }))

    expect(error.message).toContain(`file "${path}" is no commit record`)
  })
})

test('rejects lie where they are to, also on another disk, and are in the same record', async () => {
  const base = planOf(await newFolder(), 1)
  const rejectsFolder = await mkdtemp('/dev/shm/rejects-')
  const plan = { ...base, output: { ...base.output, rejectsFolder } }
  const output = await open(plan)
  const attempt = output.beginPart(plan.parts[0])
  await writeFile(attempt.dataPath, 'x\n'.repeat(7))
  await writeFile(attempt.rejectsPath, 'y\n'.repeat(3))
  const data = { rowCount: 7, byteLength: 14 }
  const rows = { in: 10, out: 7, filtered: 0, rejected: 3, written: 7 }

  await output.commit(attempt, { data, rejects: { rowCount: 3, byteLength: 6 }, rows })
  await output.finish()
  await output.close()

  const record = JSON.parse(readFileSync(join(plan.output.folder, '_cascade/commits/00000.json'), 'utf8'))
  expect(record.rejectFiles).toHaveLength(1)
  expect(readFileSync(join(rejectsFolder, record.rejectFiles[0].name), 'utf8')).toBe('y\ny\ny\n')
  await rm(rejectsFolder, { recursive: true })
})

test('a part that another run has committed meanwhile stays as it is, and this one leaves nothing', async () => {
  const plan = planOf(await newFolder(), 1)
  const output = await open(plan)
  await makePart(output, plan.parts[0])
  const [before] = dataFiles(plan.output.folder)

  const outcome = await makePart(output, plan.parts[0])

  expect(outcome).toBe('elsewhere')
  expect(dataFiles(plan.output.folder)).toEqual([before])
  await output.close()
})

describe('published as a whole', () => {
  test('C32 a reader never sees some of the parts', async () => {
    const plan = planOf(await newFolder(), 30)
    const seen = new Set<number>()
    let isOver = false
    const reader = (async () => {
      while (!isOver) {
        const names = await readdir(plan.output.folder).catch(() => [])
        seen.add(names.filter((name) => name.endsWith('.ndjson')).length)
        await new Promise((resolve) => setImmediate(resolve))
      }
    })()

    await makeAll(plan, { publish: 'atomic' })
    const next = { ...plan, codeVersion: 'v2' }
    await makeAll(next, { publish: 'atomic', restart: true })
    isOver = true
    await reader

    expect([...seen].toSorted((a, b) => a - b)).toEqual([0, 30])
    expect(hashOf(plan.output.folder)).toBe(expectedHash(30))
    expect(readdirSync(join(plan.output.folder, '..')).toSorted()).toEqual(['out'])
  })

  test('a folder with files that no run has made is not replaced', async () => {
    const plan = planOf(await newFolder(), 1)
    await mkdir(plan.output.folder)
    await writeFile(join(plan.output.folder, 'notes.txt'), 'mine')

    const error = await refusal(open(plan, { publish: 'atomic' }))

    expect(error.code).toBe('CONFIG_INVALID')
    expect(error.message).toContain('holds "notes.txt", which no run has made')
  })

  test('the one before can be read until the next is there', async () => {
    const plan = planOf(await newFolder(), 2)
    await makeAll(plan, { publish: 'atomic' })

    const output = await open({ ...plan, codeVersion: 'v2' }, { publish: 'atomic', restart: true })
    await makePart(output, plan.parts[0])

    expect(hashOf(plan.output.folder)).toBe(expectedHash(2))
    expect(existsSync(join(plan.output.folder, '_SUCCESS'))).toBe(true)
    await output.close()
  })
})
