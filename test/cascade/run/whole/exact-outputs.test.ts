import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test, vi } from 'vitest'
import { FlowFolder, numbers } from './flow-folder.ts'

vi.setConfig({ testTimeout: 60_000 })

// Each part is a few records: what is looked at is how runs end, not how fast they are.
const partsOfTen = ['--part-bytes', '1024']

describe('input files', () => {
  test('C19 are read in the order of their bytes, and the output is in that order', async () => {
    const folder = await FlowFolder.create({ 'b.ndjson': [5], 'B.ndjson': [1], 'a10.ndjson': [2], 'a9.ndjson': [3] })

    const { code } = await folder.run()

    expect(code).toBe(0)
    expect(folder.ids()).toEqual([1, 2, 3, 5])
  })

  test('C19 that no pattern matches end a run with 2, naming the pattern', async () => {
    const folder = await FlowFolder.create({ 'a.ndjson': [1] })

    const { code, stderr } = await folder.run(['--input', 'in/*.csv'])

    expect(code).toBe(2)
    expect(stderr).toContain('no file matches "in/*.csv"')
  })

  test('C19 that are empty give an empty, valid output', async () => {
    const folder = await FlowFolder.create({ 'a.ndjson': [] })

    const { code } = await folder.start(['run', 'flow.ts#packed']).ended

    const [file, ...others] = readdirSync(join(folder.path, 'packed')).filter((name) => name.endsWith('.parquet'))
    const bytes = readFileSync(join(folder.path, 'packed', file))
    expect(code).toBe(0)
    expect(others).toEqual([])
    expect(bytes.subarray(-4).toString()).toBe('PAR1')
    expect(bytes.toString('latin1')).toContain('twice')
  })
})

test('C28 a run of a complete output ends with 0 and touches nothing', async () => {
  const folder = await FlowFolder.create({ 'a.ndjson': numbers(30) })
  await folder.run(partsOfTen)
  const before = folder.times()

  const { code } = await folder.run(partsOfTen)

  expect(code).toBe(0)
  expect(folder.times()).toEqual(before)
})

describe('C29 a changed plan', () => {
  /** An output of which half of the parts is there. */
  async function begun(): Promise<FlowFolder> {
    const folder = await FlowFolder.create({ 'a.ndjson': numbers(20), 'b.ndjson': numbers(20, 20) })
    await folder.run([...partsOfTen, '--shard', '1/2'])
    return folder
  }

  test('ends a run with 5 and what differs: code, files, sizes of parts', async () => {
    const folder = await begun()

    const code = await folder.run(partsOfTen, { FLOW_VERSION: 'v2' })
    const sizes = await folder.run(['--part-bytes', '2048'])
    await folder.put('b.ndjson', '{"id":7}\n')
    const files = await folder.run(partsOfTen)

    expect([code.code, sizes.code, files.code]).toEqual([5, 5, 5])
    expect(code.stderr).toContain('code version: v1 → v2')
    expect(sizes.stderr).toContain('partBytes: 1024 → 2048')
    expect(files.stderr).toMatch(/input file "b\.ndjson": \d+ bytes → 9 bytes/)
  })

  test('goes on with other code where the user accepts it, and names both', async () => {
    const folder = await begun()
    const before = folder.commits()

    const { code } = await folder.run([...partsOfTen, '--accept-drift'], { FLOW_VERSION: 'v2' })

    expect(code).toBe(0)
    expect(folder.commits()).toMatchObject(before)
    expect(folder.manifest().codeVersions.toSorted()).toEqual(['v1', 'v2'])
    expect(folder.ids()).toEqual(numbers(40))
  })

  test('of files is not accepted but restarted, which makes all anew', async () => {
    const folder = await begun()
    await folder.put('b.ndjson', '{"id":7}\n')

    const drift = await folder.run([...partsOfTen, '--accept-drift'])
    const restart = await folder.run([...partsOfTen, '--restart'])

    expect([drift.code, restart.code]).toEqual([5, 0])
    expect(folder.ids()).toEqual([...numbers(20), 7])
  })
})

describe('two runs of one output', () => {
  const input = { 'a.ndjson': numbers(60) }
  const slow = { SLOW_MS: '150' }

  async function committed(folder: FlowFolder): Promise<void> {
    while (Object.keys(folder.commits()).length === 0) await new Promise((resolve) => setTimeout(resolve, 10))
  }

  test('C27 the second ends with 5 and names process and host of the first', async () => {
    const folder = await FlowFolder.create(input)
    const first = folder.start(['run', 'flow.ts#doubled', ...partsOfTen], slow)
    await committed(folder)
    // It lives, and does not end before the second has looked.
    first.child.kill('SIGSTOP')

    const second = await folder.run(partsOfTen)

    first.child.kill('SIGCONT')
    expect(second.code).toBe(5)
    expect(second.stderr).toMatch(new RegExp(`is held by process ${first.child.pid} on host "[^"]+"`))
    expect((await first.ended).code).toBe(0)
    expect(folder.ids()).toEqual(numbers(60))
  })

  test('C27 one that is stopped past its lease and wakes after another took over commits nothing', async () => {
    const folder = await FlowFolder.create(input)
    const zombie = folder.start(['run', 'flow.ts#doubled', ...partsOfTen], slow)
    await committed(folder)
    zombie.child.kill('SIGSTOP')
    const longAgo = Date.now() / 1000 - 31
    await utimes(join(folder.out, '_cascade/epochs/000001.json'), longAgo, longAgo)
    const second = await folder.run(partsOfTen)
    const before = readdirSync(folder.out)

    zombie.child.kill('SIGCONT')

    expect((await zombie.ended).code).toBe(5)
    expect(second.code).toBe(0)
    expect(folder.ids()).toEqual(numbers(60))
    expect(readdirSync(folder.out)).toEqual(before)
  })
})

describe('shards', () => {
  test('C33 that ran as processes of their own and a commit give what one run gives', async () => {
    const folder = await FlowFolder.create({ 'a.ndjson': numbers(60) })
    const ends = await Promise.all(
      [1, 2].map(async (index) => await folder.run([...partsOfTen, '--shard', `${index}/2`])),
    )
    expect(existsSync(join(folder.out, '_SUCCESS'))).toBe(false)

    const commit = await folder.cascade('commit', 'out')

    expect([...ends.map(({ code }) => code), commit.code]).toEqual([0, 0, 0])
    expect(folder.ids()).toEqual(numbers(60))
  })

  test('C33 one that is missing ends the commit with 5, naming its parts', async () => {
    const folder = await FlowFolder.create({ 'a.ndjson': numbers(40) })
    await folder.run([...partsOfTen, '--shard', '1/2'])

    const { code, stderr } = await folder.cascade('commit', 'out')

    expect(code).toBe(5)
    expect(stderr).toMatch(/parts of ".*" are missing: 1 \(bytes \d+ to \d+ of "a\.ndjson"\), 3 \(/)
  })
})

test('C36 only the partitions that are asked for are made, and once', async () => {
  const days = numbers(9, 1)
  const folder = await FlowFolder.create(
    Object.fromEntries(days.map((day) => [`day=2026-01-0${day}/a.ndjson`, numbers(5, 10 * day)])),
  )
  const flags = ['--partition', '2026-01-0{1..7}']

  const first = await folder.run(flags)
  const before = folder.times()
  const commits = folder.commits()
  const second = await folder.run(flags)

  const made = readdirSync(folder.out).filter((name) => name.startsWith('day='))
  expect([first.code, second.code]).toEqual([0, 0])
  expect(made.toSorted()).toEqual(numbers(7, 1).map((day) => `day=2026-01-0${day}`))
  expect(folder.commits()).toEqual(commits)
  expect(folder.times().filter((time) => time.startsWith('day='))).toEqual(
    before.filter((time) => time.startsWith('day=')),
  )
})
